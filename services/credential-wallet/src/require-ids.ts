import { WalletError } from './errors.ts';

const id = /^[\x21-\x7e]{1,128}$/u;

/** Ids go into rows, bindings and the audit: what is no id is refused before any of these. */
export function requireIds(ids: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(ids))
    if (!id.test(value))
      throw new WalletError(
        'invalid_request',
        `${name} must have 1 to 128 printable ASCII characters`,
      );
}
