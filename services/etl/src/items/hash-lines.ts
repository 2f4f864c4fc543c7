import xxhash from 'xxhash-wasm';

const hasher = await xxhash();

/** Rises when the same item becomes other columns than before. */
const modelVersion = 1n;

/**
 * A change detector, not an address of content: the hash of an item's whole text as it came. The versions of the mapping
 * and of the model are its seed, so that a new one makes every item count as changed.
 */
export function hashLine(line: Uint8Array, mappingVersion: number): bigint {
  return BigInt.asIntN(64, hasher.h64Raw(line, (modelVersion << 32n) | BigInt(mappingVersion)));
}
