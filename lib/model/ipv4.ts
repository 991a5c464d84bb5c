/** An IPv4 address as 32 bits; `undefined` where the text is none. */
export function ipv4Bits(text: string): number | undefined {
  const parts = text.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((bits, part) => bits << 8 | part, 0);
}
