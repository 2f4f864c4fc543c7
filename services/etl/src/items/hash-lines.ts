import xxhash from 'xxhash-wasm';

const hasher = await xxhash();

/**
 * A change detector, not an address of content: the hash of an item's whole text as it came. The version of the mapping is
 * its seed, so that a new mapping makes every item count as changed.
 */
export function hashLine(line: Uint8Array, mappingVersion: number): bigint {
  return BigInt.asIntN(64, hasher.h64Raw(line, BigInt(mappingVersion)));
}
