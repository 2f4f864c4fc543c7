/** Key-encryption keys by id; new data keys are wrapped under the active one. */
export interface KeyRing {
  readonly active: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

const keyBytes = 32;

/** Reads `{"active": "id", "keys": {"id": "base64 of 32 bytes"}}`; throws with what is wrong and without the keys. */
export function parseKeyRing(text: string): KeyRing {
  const value: unknown = JSON.parse(text);
  const { active, keys } = {
    active: undefined,
    keys: undefined,
    ...(typeof value === 'object' ? value : {}),
  };
  if (typeof active !== 'string' || typeof keys !== 'object' || keys === null)
    throw new TypeError('an object with "active" and "keys" is wanted');
  const entries: [string, unknown][] = Object.entries(keys);
  const ring = new Map(
    entries.map(([id, key]) => {
      const bytes = Buffer.from(typeof key === 'string' ? key : '', 'base64');
      if (bytes.length !== keyBytes)
        throw new TypeError(`key "${id}" does not have the right length`);
      return [id, bytes] as const;
    }),
  );
  if (!ring.has(active)) throw new TypeError('the active key is not among the keys');
  return { active, keys: ring };
}
