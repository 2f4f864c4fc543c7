import type { Environment } from '@made-open/nest';

export interface SchedulerConfig {
  readonly runs: {
    /** Ended runs are forgotten after so many days. */
    readonly retentionDays: number;
  };
}

export function readConfig(environment: Environment): SchedulerConfig {
  return {
    runs: { retentionDays: environment.integer('RUN_RETENTION_DAYS', 90, { min: 1, max: 3650 }) },
  };
}
