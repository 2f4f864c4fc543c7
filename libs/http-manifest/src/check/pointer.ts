const maxKeyLength = 100;

/** A JSON Pointer (RFC 6901) to a part of what another one points to. */
export function pointerTo(pointer: string, ...keys: readonly (string | number)[]): string {
  return keys.reduce<string>(
    (place, key) =>
      `${place}/${String(key).slice(0, maxKeyLength).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    pointer,
  );
}
