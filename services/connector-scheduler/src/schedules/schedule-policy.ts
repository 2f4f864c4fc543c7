import {
  ScheduleCatchUp,
  ScheduleOverlap,
  type SchedulePolicy as AnnouncedPolicy,
} from '@made-open/contracts';

/** How the times of a schedule are kept. */
export interface SchedulePolicy {
  /** What becomes of a time that comes while a run is under way: it is left out, or one run follows. */
  readonly overlap: 'skip' | 'queue';
  /** What becomes of times that passed while nobody could keep them: one run for all of them, or none. */
  readonly catchUp: 'once' | 'none';
  /** How much later than its time a run may begin; absent = as the platform does it. */
  readonly jitterSeconds: number | undefined;
}

/** Whatever is not told, or not known here yet, is as without a policy. */
export function policyOf(announced: AnnouncedPolicy | undefined): SchedulePolicy {
  return {
    overlap: announced?.overlap === ScheduleOverlap.QUEUE ? 'queue' : 'skip',
    catchUp: announced?.catchUp === ScheduleCatchUp.NONE ? 'none' : 'once',
    jitterSeconds: announced?.jitterSeconds,
  };
}
