import type { Manifest } from '@made-open/manifest';
import { handlePattern } from '../host/credentials/credential-handles.ts';
import { mask } from '../host/credentials/hide-echoes.ts';
import { secretRemover } from '../host/secrets/redact.ts';
import { RunSecrets } from '../runs/secrets/run-secrets.ts';

/** Values that a trial does not tell: of the config, and tokens that came later. */
export class TrialSecrets {
  readonly #secrets: RunSecrets;
  readonly #mask: string | undefined;
  readonly #removers: ((text: string) => string)[] = [];

  constructor(manifest: Manifest, config: Readonly<Record<string, unknown>>) {
    this.#secrets = new RunSecrets(manifest);
    this.#mask = manifest.runtime === 'http' ? mask : undefined;
    this.learn(config);
  }

  readonly learn = (values: Readonly<Record<string, unknown>>): void => {
    this.#secrets.learn(values);
    this.#removers.push(secretRemover(values, this.#mask));
  };

  /** Out of what the plugin says, which may have been cut. */
  readonly redact = (text: string): string => this.#secrets.redact(text);

  /** Out of what went over the network. */
  readonly remove = (text: string): string => {
    const shown = this.#removers.reduce((result, remove) => remove(result), text);
    return this.#mask === undefined ? shown : shown.replaceAll(handlePattern, this.#mask);
  };

  check(records: Uint8Array): void {
    this.#secrets.check(records);
  }
}
