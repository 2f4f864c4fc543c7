import { RequestError } from '../errors.ts';

/** Somebody else was faster. */
export function otherRevision(what: string, revision: number): RequestError {
  return new RequestError(
    `provider.${what}_changed.conflict`,
    409,
    `the ${what} has changed since it was read and is of revision ${String(revision)} by now; read it again, and change what you find`,
    { revision },
  );
}
