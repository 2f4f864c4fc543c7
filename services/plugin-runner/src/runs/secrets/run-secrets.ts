import { redactor } from '../../host/secrets/redact.ts';
import { secretGuard } from '../../host/secrets/secret-guard.ts';

/** Values that must not show: of the config, and of each token that came later. */
export class RunSecrets {
  readonly #schema: Parameters<typeof secretGuard>[0];
  #guards: ((records: Uint8Array) => void)[] = [];
  #redactors: ((text: string) => string)[] = [];

  constructor(configSchema: Parameters<typeof secretGuard>[0]) {
    this.#schema = configSchema;
  }

  learn(config: Readonly<Record<string, unknown>>): void {
    this.#redactors.push(redactor(config));
    this.#guards.push(secretGuard(this.#schema, config));
  }

  readonly redact = (text: string): string =>
    this.#redactors.reduce((shown, redact) => redact(shown), text);

  /** Throws when a frame holds a secret. */
  check(records: Uint8Array): void {
    for (const guard of this.#guards) guard(records);
  }
}
