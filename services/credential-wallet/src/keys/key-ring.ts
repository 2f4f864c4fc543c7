/** Key-encryption keys by id; new data keys are wrapped under the active one. */
export interface KeyRing {
  readonly active: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

const keyBytes = 32;
const keyId = /^[A-Za-z0-9._-]{1,64}$/u;
const form = 'it must be {"active": "<id>", "keys": {"<id>": "<base64 of 32 bytes>"}}';

/** Reads the text of KEK_FILE; what it throws shows nothing of the text. */
export function parseKeyRing(text: string): KeyRing {
  const { active, keys } = readObject(text);
  if (typeof active !== 'string' || typeof keys !== 'object' || keys === null)
    throw new TypeError(form);
  const ring = new Map(Object.entries(keys).map(([id, key]) => [checkId(id), readKey(id, key)]));
  if (!ring.has(active)) throw new TypeError('the active key is not among the keys');
  return { active, keys: ring };
}

function readObject(text: string): { active?: unknown; keys?: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and the text is the keys.
    throw new TypeError(`it is not JSON; ${form}`);
  }
  return typeof value === 'object' && value !== null ? value : {};
}

function checkId(id: string): string {
  if (!keyId.test(id))
    throw new TypeError(
      'the id of a key has 1 to 64 letters, digits, dots, dashes and underscores',
    );
  return id;
}

function readKey(id: string, key: unknown): Buffer {
  const bytes = Buffer.from(typeof key === 'string' ? key : '', 'base64');
  if (bytes.length !== keyBytes || bytes.toString('base64') !== key)
    throw new TypeError(`the key "${id}" is not base64 of ${String(keyBytes)} bytes`);
  return bytes;
}
