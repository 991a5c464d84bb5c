/** SHA-256 in plain TypeScript (FIPS 180-4), which is ready at once. */

const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;

/** What the state begins as: FIPS 180-4 §5.3.3. */
const INITIAL = words("6a09e667 bb67ae85 3c6ef372 a54ff53a 510e527f 9b05688c 1f83d9ab 5be0cd19");

/** The constant of each round: FIPS 180-4 §4.2.2. */
const K = words(`
  428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5
  d807aa98 12835b01 243185be 550c7dc3 72be5d74 80deb1fe 9bdc06a7 c19bf174
  e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da
  983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967
  27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e 92722c85
  a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070
  19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3
  748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2
`);

/** The hash as lowercase hex. */
export function plainSha256(bytes: Uint8Array): string {
  const blocks = padded(bytes);
  const state = INITIAL.slice();
  const schedule = new Int32Array(K.length);
  for (let at = 0; at < blocks.byteLength; at += BLOCK_BYTES) {
    fillSchedule(schedule, blocks, at);
    mixIn(state, schedule);
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** FIPS 180-4 §5.1.1: one bit, zeros, and the length in bits at the end of a block. */
function padded(bytes: Uint8Array): DataView {
  const blocks = Math.ceil((bytes.length + 1 + LENGTH_BYTES) / BLOCK_BYTES);
  const message = new Uint8Array(blocks * BLOCK_BYTES);
  message.set(bytes);
  message[bytes.length] = 0x80;
  const view = new DataView(message.buffer);
  view.setBigUint64(message.length - LENGTH_BYTES, BigInt(bytes.length) * 8n);
  return view;
}

/** FIPS 180-4 §6.2.2, step 1. */
function fillSchedule(schedule: Int32Array, blocks: DataView, at: number): void {
  for (let t = 0; t < 16; t++) schedule[t] = blocks.getInt32(at + 4 * t);
  for (let t = 16; t < schedule.length; t++) {
    const early = schedule[t - 15]!;
    const late = schedule[t - 2]!;
    const sigma0 = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
    const sigma1 = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
    schedule[t] = sigma1 + schedule[t - 7]! + sigma0 + schedule[t - 16]!;
  }
}

/** FIPS 180-4 §6.2.2, steps 2 to 4, with the names that it has. */
function mixIn(state: Int32Array, schedule: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as Eight;
  for (const [t, word] of schedule.entries()) {
    const sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + sum1 + choice + K[t]! + word) | 0;
    const sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + sum0 + majority) | 0];
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index]! += word;
}

type Eight = [number, number, number, number, number, number, number, number];

function rotated(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function words(hex: string): Int32Array {
  return Int32Array.from(hex.trim().split(/\s+/), (word) => parseInt(word, 16));
}
