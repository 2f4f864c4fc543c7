import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SampleSetupError } from '../errors.ts';
import type { LocalPlatform } from '../platform/local-platform.ts';
import type { ServiceProcess } from '../processes/service-process.ts';
import type { StartOptions } from '../start-options.ts';
import { Api } from './api.ts';
import { prepareSampleSource } from './sample-source.ts';
import { setUpSample } from './set-up-sample.ts';

/** The sample connection of a platform: set up once, while the admin key is at hand; its source runs at every start. */
export class SampleConnection {
  readonly #source: ServiceProcess;
  readonly #doneFile: string;
  readonly #note: (text: string) => void;

  private constructor(source: ServiceProcess, doneFile: string, note: (text: string) => void) {
    this.#source = source;
    this.#doneFile = doneFile;
    this.#note = note;
  }

  /** Before the services start, since they read the egress overrides. */
  static async prepare(
    { dataDir, ports, adminKey }: LocalPlatform,
    { overridesFile, ownOverrides, sample }: StartOptions,
    note: (text: string) => void,
  ): Promise<SampleConnection | undefined> {
    const doneFile = join(dataDir, 'sample-is-set-up');
    const isWanted = existsSync(doneFile) || (sample && adminKey !== undefined);
    if (!isWanted) return undefined;
    if (ownOverrides) {
      note(`EGRESS_OVERRIDES_FILE names a file of your own, so the sample is left out`);
      return undefined;
    }
    const source = await prepareSampleSource({ dataDir, overridesFile, port: ports.sample, note });
    return source === undefined ? undefined : new SampleConnection(source, doneFile, note);
  }

  /** True when the connection is there. A sample that fails is told and does not hold up the platform. */
  async setUp(platform: LocalPlatform): Promise<boolean> {
    await platform.add(this.#source);
    if (existsSync(this.#doneFile)) return true;
    const key = platform.adminKey ?? '';
    try {
      await setUpSample({
        admin: new Api(platform.managerUrl, key),
        client: new Api(platform.gatewayUrl, key),
        note: this.#note,
      });
      writeFileSync(this.#doneFile, '', { mode: 0o600 });
      return true;
    } catch (error) {
      if (!(error instanceof SampleSetupError)) throw error;
      this.#note(error.message);
      return false;
    }
  }
}
