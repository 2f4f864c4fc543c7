import xxhash from 'xxhash-wasm';
import type { IndexChange } from '../search/search-index.ts';

/** Rises when documents are cut or kept in another way, so that the next change of each writes it anew. */
const revision = 3n;
const hasher = await xxhash();

/** Tells whether a document is still the same; null when it is gone. A change detector, no address of content. */
export function documentHash(change: IndexChange): bigint | null {
  const { document, spaceId, connectionId, pluginId, type } = change;
  if (document === undefined) return null;
  const { title, details, body } = document;
  // No document has NUL: PostgreSQL would not take it.
  const text = [spaceId, connectionId, pluginId, type, title, details, body].join('\0');
  return BigInt.asIntN(64, hasher.h64(text, revision));
}
