import { readPublicUrl, type Environment } from '@made-open/nest';

/** Where channel-gateway is reached from outside, without a slash at its end; undefined when it is not. */
export class PublicUrl {
  readonly value: string | undefined;

  constructor(value: string | undefined) {
    this.value = value;
  }
}

export interface SchedulerConfig {
  readonly runs: {
    /** Ended runs are forgotten after so many days. */
    readonly retentionDays: number;
  };
  readonly publicUrl: string | undefined;
}

export function readConfig(environment: Environment): SchedulerConfig {
  return {
    runs: { retentionDays: environment.integer('RUN_RETENTION_DAYS', 90, { min: 1, max: 3650 }) },
    publicUrl: readPublicUrl(environment) || undefined,
  };
}
