import { expectedGeneration } from '../connections/etag.ts';
import { RequestError } from '../errors.ts';

/** The revision that a change stands on, for bodies. */
export const revisionFields = {
  expected_revision: {
    type: 'integer',
    minimum: 0,
    description: 'as `If-Match`: nothing changes when there is another revision by now',
  },
  revision: { type: 'integer', minimum: 0, description: 'the same' },
};

export interface ExpectedRevision {
  readonly expected_revision?: number | undefined;
  readonly revision?: number | undefined;
}

export const ifMatchHeader = {
  name: 'If-Match',
  required: false,
  description: '`ETag` of the answer that the change stands on; without it the last change wins',
} as const;
export const etagHeader = {
  ETag: { description: 'the revision', schema: { type: 'string' } },
} as const;

/** The revision that a change stands on, by its header or its body; undefined when any will do. */
export function expectedRevision(
  ifMatch: string | undefined,
  { expected_revision: expected, revision = expected }: ExpectedRevision,
): number | undefined {
  const named = [expectedGeneration(ifMatch, 'provider'), expected, revision];
  const known = new Set(named.filter((one) => one !== undefined));
  if (known.size > 1)
    throw new RequestError(
      'provider.revision',
      422,
      'If-Match, expected_revision and revision name different revisions; give one of them',
    );
  return [...known][0];
}
