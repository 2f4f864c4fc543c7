import { bodyShape } from '../reader.ts';
import type { CanarySettings } from './canary/canary.ts';
import { forceField } from './force-field.ts';

interface WantedCanary {
  readonly percent: number;
  readonly min_runs: number;
  readonly max_extra_failures: number;
  readonly promote_after_runs?: number;
}

export interface WantedActivation {
  readonly force: boolean;
  readonly canary?: WantedCanary;
}

const canaryField = {
  type: 'object',
  description: 'try it out on a share of the runs first, instead of giving it all of them',
  required: ['percent'],
  additionalProperties: false,
  properties: {
    percent: { type: 'integer', minimum: 1, maximum: 100, description: 'of a hundred runs' },
    min_runs: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 3,
      description: 'so many have to end under it before it is judged',
    },
    max_extra_failures: {
      type: 'integer',
      minimum: 0,
      maximum: 100,
      default: 10,
      description:
        'so many of a hundred more may fail than do under the active version; beyond that all runs go back there',
    },
    promote_after_runs: {
      type: 'integer',
      minimum: 1,
      maximum: 100_000,
      description: 'after so many it gets all of them by itself; never unless given',
    },
  },
};

/** The body of a request that makes a version run. */
export const activationShape = bodyShape<WantedActivation>(
  { force: forceField, canary: canaryField },
  [],
  { canary: { percent: 10, min_runs: 3, max_extra_failures: 10, promote_after_runs: 50 } },
);

export function canarySettings({ percent, ...wanted }: WantedCanary): CanarySettings {
  return {
    percent,
    minRuns: wanted.min_runs,
    maxExtraFailures: wanted.max_extra_failures,
    promoteAfterRuns: wanted.promote_after_runs,
  };
}
