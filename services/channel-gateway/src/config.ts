import { readKeySettings, type Environment, type KeySettings } from '@made-open/nest';

export interface GatewayConfig extends KeySettings {
  /** How long an answer of another service may take. */
  readonly answerTimeoutMs: number;
}

export function readConfig(environment: Environment): GatewayConfig {
  return {
    ...readKeySettings(environment, { perSecond: 50, burst: 100 }),
    answerTimeoutMs: environment.integer('ANSWER_TIMEOUT_MS', 5000, { min: 100, max: 25_000 }),
  };
}
