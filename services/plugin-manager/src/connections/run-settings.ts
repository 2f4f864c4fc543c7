import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  ScheduleCatchUp,
  ScheduleOverlap,
  type ConnectionChangedSchema,
} from '@made-open/contracts';
import {
  requestBudgetBounds,
  schedulePolicyBounds,
  type Manifest,
  type ManifestSchedulePolicy,
} from '@made-open/manifest';

export interface SchedulePolicy {
  readonly overlap?: ManifestSchedulePolicy['overlap'];
  readonly catch_up?: ManifestSchedulePolicy['catchUp'];
  readonly jitter_seconds?: number;
}

/** How many requests all runs of a connection may send to its source. */
export interface RequestBudget {
  readonly requests: number;
  readonly per_seconds: number;
}

/** How the runs of a connection differ from what its plugin says; what is null or left out is as the plugin says. */
export interface RunSettings {
  readonly schedule_policy?: SchedulePolicy | null;
  readonly request_budget?: RequestBudget | null;
}

/** Fields of a request that sets them. */
export const runSettingFields = {
  schedule_policy: {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: {
      overlap: { type: 'string', enum: schedulePolicyBounds.overlap },
      catch_up: { type: 'string', enum: schedulePolicyBounds.catchUp },
      jitter_seconds: {
        type: 'integer',
        minimum: 0,
        maximum: schedulePolicyBounds.maxJitterSeconds,
      },
    },
    description: 'replaces the whole; what is left out is as the plugin says, null for all of it',
  },
  request_budget: {
    type: ['object', 'null'],
    additionalProperties: false,
    required: ['requests', 'per_seconds'],
    properties: {
      requests: { type: 'integer', minimum: 1, maximum: requestBudgetBounds.maxRequests },
      per_seconds: { type: 'integer', minimum: 1, maximum: requestBudgetBounds.maxSeconds },
    },
    description: 'how many requests its runs may send together; null for that of the plugin',
  },
};

const overlaps = { skip: ScheduleOverlap.SKIP, queue: ScheduleOverlap.QUEUE };
const catchUps = { once: ScheduleCatchUp.ONCE, none: ScheduleCatchUp.NONE };

/** What the scheduler is told: the connection's own settings before those of the plugin. */
export function announcedSettings(
  { schedule_policy: own, request_budget: ownBudget }: RunSettings,
  { schedulePolicy: told, requestBudget }: Pick<Manifest, 'schedulePolicy' | 'requestBudget'>,
): Pick<MessageInitShape<typeof ConnectionChangedSchema>, 'schedulePolicy' | 'requestBudget'> {
  const policy = { overlap: 'skip', catchUp: 'once', ...told, ...ownPolicy(own ?? {}) } as const;
  const { overlap, catchUp, ...rest } = policy;
  const budget = ownBudget
    ? { requests: ownBudget.requests, perSeconds: ownBudget.per_seconds }
    : requestBudget;
  return {
    schedulePolicy: { overlap: overlaps[overlap], catchUp: catchUps[catchUp], ...rest },
    ...(budget === undefined ? {} : { requestBudget: budget }),
  };
}

function ownPolicy(own: SchedulePolicy): ManifestSchedulePolicy {
  const { overlap, catch_up: catchUp, jitter_seconds: jitterSeconds } = own;
  return {
    ...(overlap === undefined ? {} : { overlap }),
    ...(catchUp === undefined ? {} : { catchUp }),
    ...(jitterSeconds === undefined ? {} : { jitterSeconds }),
  };
}

/** As they are shown, of the connection alone. */
export function runSettingsView({
  schedule_policy: policy,
  request_budget: budget,
}: RunSettings): Required<RunSettings> {
  return { schedule_policy: policy ?? null, request_budget: budget ?? null };
}

/** Those that are given. */
export function givenSettings({
  schedule_policy: policy,
  request_budget: budget,
}: RunSettings): RunSettings {
  return {
    ...(policy === undefined ? {} : { schedule_policy: policy }),
    ...(budget === undefined ? {} : { request_budget: budget }),
  };
}
