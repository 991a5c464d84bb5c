/** Where the fields of a 64-bit little-endian ELF header are (System V ABI, chapter 4). */
const FIELD = { sectionsAt: 0x28, sectionSize: 0x3a, sectionCount: 0x3c } as const;
const HEADER_BYTES = 64;
const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const CLASS_64_LITTLE_ENDIAN = [2, 1];

/**
 * How many bytes of a file are its ELF image; what was appended to it comes after them. The table of
 * sections is the last part of an image.
 *
 * @param file at least its first 64 bytes
 * @throws {Error} where it is no 64-bit little-endian ELF image
 */
export function elfLength(file: Uint8Array): number {
  const start = [...MAGIC, ...CLASS_64_LITTLE_ENDIAN];
  if (file.length < HEADER_BYTES || start.some((byte, index) => file[index] !== byte)) {
    throw new Error("Cannot read the ELF header: it is not a 64-bit little-endian one");
  }
  const header = new DataView(file.buffer, file.byteOffset, HEADER_BYTES);
  const sections = header.getUint16(FIELD.sectionSize, true) *
    header.getUint16(FIELD.sectionCount, true);
  return Number(header.getBigUint64(FIELD.sectionsAt, true)) + sections;
}
