import { GrantSyntaxError } from '../errors.ts';
import { readGrant, type Grant } from './grant-grammar.ts';
import { isPublicSuffix } from './public-suffix.ts';

const maxGrants = 64;

/** Reads one permission string; throws GrantSyntaxError when it is not in the grammar. */
export function parseGrant(text: unknown): Grant {
  return readGrant(text, isPublicSuffix);
}

/** Reads a list of permissions; throws GrantSyntaxError at the first that is not in the grammar. */
export function parseGrants(texts: readonly unknown[]): Grant[] {
  if (texts.length > maxGrants)
    throw new GrantSyntaxError(
      texts[maxGrants],
      'TOO_MANY',
      `there are ${String(texts.length)} permissions; at most ${String(maxGrants)} are allowed`,
    );
  return texts.map(parseGrant);
}
