import type { RecordTestRequest } from '@made-open/contracts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import type { Profile } from '../profile/profile.ts';
import { testOf } from './connection-test.ts';
import { judgeResult } from './judge-result.ts';
import { preflight } from './preflight.ts';

/** Takes what a runner says of a test: of a connection of its own plugin, and while somebody waits for it. */
export class RecordTest {
  readonly #connections: ConnectionStore;
  readonly #profile: Pick<Profile, 'keptError'>;
  readonly #now: () => Date;

  constructor(
    connections: ConnectionStore,
    profile: Pick<Profile, 'keptError'>,
    now: () => Date = () => new Date(),
  ) {
    this.#profile = profile;
    this.#connections = connections;
    this.#now = now;
  }

  async record(pluginId: string, request: RecordTestRequest): Promise<void> {
    const { connectionId, testId } = request;
    const plugged = await this.#connections.find(connectionId);
    if (plugged?.connection.pluginId !== pluginId) return;
    const { askedTest } = plugged.connection;
    if (askedTest?.id !== testId) return;
    const { checked, fault } = judgeResult(plugged, this.#profile.keptError(request));
    const test = testOf(askedTest, this.#now(), {
      version: plugged.plugin.activeVersion,
      checked: [...preflight(plugged).checked, ...checked],
      fault,
    });
    await this.#connections.endTest(connectionId, test);
  }
}
