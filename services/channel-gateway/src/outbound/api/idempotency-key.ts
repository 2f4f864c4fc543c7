import { createHash, randomUUID } from 'node:crypto';
import { InvalidParametersError } from '../../errors.ts';

/** The key that a client gave, or one of our own: without one, a request that is sent again is another one. */
export function idempotencyKey(given: string | undefined): string {
  if (given === undefined) return randomUUID();
  if (/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/u.test(given)) return given;
  throw new InvalidParametersError([
    {
      parameter: 'Idempotency-Key',
      detail: 'must be 1 to 255 printable ASCII characters, without blanks at its ends',
    },
  ]);
}

/** The same for the same content, in whatever order its members stand. */
export function fingerprintOf(content: unknown): string {
  return createHash('sha256').update(canonical(content)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
