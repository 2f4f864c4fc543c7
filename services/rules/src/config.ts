import type { Environment } from '@made-open/nest';

export interface RulesConfig {
  readonly retention: {
    /** Executions and deliveries are forgotten after so many days. */
    readonly days: number;
  };
  readonly egress: {
    /** JSON file of the operator's egress overrides. */
    readonly overridesFile: string | undefined;
    /** `http://host:port` of the proxy that outgoing webhooks go through. */
    readonly proxy: string | undefined;
  };
}

export function readConfig(environment: Environment): RulesConfig {
  return {
    retention: { days: environment.integer('RULES_RETENTION_DAYS', 30, { min: 1, max: 3650 }) },
    egress: {
      overridesFile: environment.optional('EGRESS_OVERRIDES_FILE'),
      proxy: environment.origin('EGRESS_PROXY_URL'),
    },
  };
}
