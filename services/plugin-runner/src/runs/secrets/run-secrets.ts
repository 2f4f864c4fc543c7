import type { Manifest } from '@made-open/manifest';
import { handlePattern } from '../../host/credentials/credential-handles.ts';
import { mask } from '../../host/credentials/hide-echoes.ts';
import { redactor } from '../../host/secrets/redact.ts';
import { secretGuard } from '../../host/secrets/secret-guard.ts';

/** Values that must not show: of the config, and of each token that came later. */
export class RunSecrets {
  readonly #schema: Manifest['configSchema'];
  /** Of HTTP manifests, whose URLs may have a token in the path. */
  readonly #mask: string | undefined;
  #guards: ((records: Uint8Array) => void)[] = [];
  #redactors: ((text: string) => string)[] = [];

  constructor({ configSchema, runtime }: Pick<Manifest, 'configSchema' | 'runtime'>) {
    this.#schema = configSchema;
    this.#mask = runtime === 'http' ? mask : undefined;
  }

  readonly learn = (config: Readonly<Record<string, unknown>>): void => {
    this.#redactors.push(redactor(config, this.#mask));
    this.#guards.push(secretGuard(this.#schema, config));
  };

  readonly redact = (text: string): string => {
    const shown = this.#redactors.reduce((result, redact) => redact(result), text);
    return this.#mask === undefined ? shown : shown.replaceAll(handlePattern, this.#mask);
  };

  /** Throws when a frame holds a secret. */
  check(records: Uint8Array): void {
    for (const guard of this.#guards) guard(records);
  }
}
