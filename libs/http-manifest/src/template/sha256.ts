const roundConstants = constants(64, (prime) => Math.cbrt(prime));
const initialState = constants(8, (prime) => Math.sqrt(prime));

/** SHA-256 (FIPS 180-4) of the text's UTF-8, in hexadecimal. The isolate has no crypto of its own. */
export function sha256Hex(text: string): string {
  const words = padded(new TextEncoder().encode(text));
  const state = Uint32Array.from(initialState);
  for (let at = 0; at < words.length; at += 16) compress(state, words.subarray(at, at + 16));
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('');
}

function padded(bytes: Uint8Array): Uint32Array {
  const blocks = Math.ceil((bytes.length + 9) / 64);
  const words = new Uint32Array(blocks * 16);
  const put = (at: number, byte: number): void => {
    words[at >> 2] = (words[at >> 2] ?? 0) | (byte << (24 - 8 * (at & 3)));
  };
  for (let at = 0; at < bytes.length; at++) put(at, bytes[at] ?? 0);
  put(bytes.length, 0x80);
  words[words.length - 2] = Math.floor(bytes.length / 0x20000000);
  words[words.length - 1] = bytes.length << 3;
  return words;
}

function compress(state: Uint32Array, block: Uint32Array): void {
  const w = schedule(block);
  const v = Uint32Array.from(state);
  for (let round = 0; round < 64; round++) stir(v, (roundConstants[round] ?? 0) + (w[round] ?? 0));
  for (let at = 0; at < 8; at++) state[at] = (state[at] ?? 0) + (v[at] ?? 0);
}

function stir(v: Uint32Array, added: number): void {
  const at = (place: number): number => v[place] ?? 0;
  const e = at(4);
  const a = at(0);
  const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
  const t1 = at(7) + s1 + ((e & at(5)) ^ (~e & at(6))) + added;
  const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
  const t2 = s0 + ((a & at(1)) ^ (a & at(2)) ^ (at(1) & at(2)));
  v.copyWithin(1, 0, 7);
  v[4] = at(4) + t1;
  v[0] = t1 + t2;
}

function schedule(block: Uint32Array): Uint32Array {
  const w = new Uint32Array(64);
  w.set(block);
  for (let at = 16; at < 64; at++) {
    const x = w[at - 15] ?? 0;
    const y = w[at - 2] ?? 0;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[at] = (w[at - 16] ?? 0) + s0 + (w[at - 7] ?? 0) + s1;
  }
  return w;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** The first 32 bits of the fractions of roots of the first primes. */
function constants(count: number, root: (prime: number) => number): readonly number[] {
  const primes: number[] = [];
  for (let number = 2; primes.length < count; number++)
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  return primes.map((prime) => Math.floor((root(prime) % 1) * 0x100000000));
}
