import { PlatformFiles } from '../host/files/platform-files.ts';
import type { PluginHost } from '../host/plugin-host.ts';
import type { SandboxProcess } from '../host/processes/sandbox-process.ts';
import { TestWritesError } from '../errors.ts';
import { SyncWork } from '../runs/sync-work.ts';
import { TestHost } from './test-host.ts';

/** Keeps none, wherever its content comes from. */
class NoFiles extends PlatformFiles {
  override abandon(): Promise<void> {
    return Promise.resolve();
  }

  override put(): Promise<never> {
    return Promise.reject(new TestWritesError());
  }

  override read(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

/** Tries out the connection with all that a sync has, but for the right to write. */
export class TestWork extends SyncWork {
  #testHost: TestHost | undefined;

  get isLoaded(): boolean {
    return this.#testHost?.isLoaded === true;
  }

  get hasOwnTest(): boolean {
    return this.#testHost?.hasOwnTest === true;
  }

  protected override files(): PlatformFiles {
    return new NoFiles();
  }

  protected override start(
    sandbox: SandboxProcess,
    config: Readonly<Record<string, unknown>>,
    host: PluginHost,
  ): void {
    this.#testHost = new TestHost(host);
    sandbox.start(config, this.#testHost, 'test');
  }
}
