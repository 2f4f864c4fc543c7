import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { announcedSettings } from '../connections/run-settings.ts';
import type { PluggedConnection } from '../connections/connection.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { notFound, RequestError } from '../errors.ts';
import type { RunnerView } from '../fleet/runner-view.ts';
import { manifestOf } from '../plugins/plugin.ts';
import { testOf, type AskedTest, type ConnectionTest, type TestFault } from './connection-test.ts';
import { preflight } from './preflight.ts';
import type { TestQueue } from './test-queue.ts';

export interface TestConnectionParts {
  readonly connections: ConnectionStore;
  readonly testQueue: TestQueue;
  readonly fleet: {
    /** Has a runner that rests started. */
    kick(pluginId: string): void;
    view(): Promise<readonly RunnerView[]>;
  };
  /** How long a caller waits at most. */
  readonly testMs: number;
}

const lookEveryMs = 200;
/** The runner ends its part before, so that it can still say what was tried. */
const marginMs = 2000;

/** Tries out a connection: first what the platform knows of it, then the plugin's own test in the real sandbox. */
export class TestConnection {
  readonly #parts: TestConnectionParts;

  constructor(parts: TestConnectionParts) {
    this.#parts = parts;
  }

  /** What it came to; a test that fails is an answer, not an error. */
  async test(connectionId: string): Promise<ConnectionTest> {
    const plugged = await this.#find(connectionId);
    if (plugged.connection.isDeleting)
      throw new RequestError(
        'connection.deleting.conflict',
        409,
        `connection ${connectionId} is being deleted and cannot be tested`,
      );
    const asked: AskedTest = { id: randomUUID(), at: new Date().toISOString() };
    await this.#parts.connections.askTest(connectionId, asked);
    const { fault } = preflight(plugged);
    if (fault !== undefined) return this.#end(plugged, asked, fault);
    await this.#parts.testQueue.add(this.#queued(plugged, asked));
    this.#parts.fleet.kick(plugged.connection.pluginId);
    return this.#wait(plugged, asked);
  }

  #queued({ connection, reference }: PluggedConnection, { id, at }: AskedTest) {
    const { testMs } = this.#parts;
    const withinMs = Math.max(testMs - marginMs, testMs / 2);
    const { requestBudget } = announcedSettings(connection.runSettings, manifestOf(reference));
    return {
      testId: id,
      connectionId: connection.id,
      pluginId: connection.pluginId,
      endBefore: new Date(new Date(at).getTime() + withinMs),
      hasRequestBudget: requestBudget !== undefined,
    };
  }

  /** Whichever replica was told the result: it is looked for where all of them have it. */
  async #wait(plugged: PluggedConnection, asked: AskedTest): Promise<ConnectionTest> {
    const { id, pluginId } = plugged.connection;
    const started = performance.now();
    for (;;) {
      const { askedTest, lastTest } = (await this.#find(id)).connection;
      // One that was asked for later took its place: its result is the newer one, and as good.
      if (askedTest === undefined && lastTest !== undefined) return lastTest;
      const runner = (await this.#parts.fleet.view()).find((view) => view.plugin_id === pluginId);
      if (runner?.state === 'crashed') return this.#end(plugged, asked, crashed(runner));
      if (performance.now() - started > this.#parts.testMs)
        return this.#end(plugged, asked, overdue(runner, this.#parts.testMs));
      await delay(lookEveryMs);
    }
  }

  /** Ends a test without a runner's word. */
  async #end(
    plugged: PluggedConnection,
    asked: AskedTest,
    fault: TestFault,
  ): Promise<ConnectionTest> {
    const { checked, fault: known } = preflight(plugged);
    const { message } = fault;
    const test = testOf(asked, new Date(), {
      version: plugged.plugin.activeVersion,
      checked:
        known === undefined ? [...checked, { what: 'runner', result: 'failed', message }] : checked,
      fault,
    });
    const { id } = plugged.connection;
    if (await this.#parts.connections.endTest(id, test)) return test;
    // The runner's word came at the last moment.
    const { lastTest } = (await this.#find(id)).connection;
    return lastTest?.id === asked.id ? lastTest : test;
  }

  async #find(id: string): Promise<PluggedConnection> {
    return (await this.#parts.connections.find(id)) ?? Promise.reject(notFound('connection', id));
  }
}

function crashed({ plugin_id: pluginId, crashes, last_fault: fault }: RunnerView): TestFault {
  return {
    code: 'runner.crashed',
    message: `the runner of ${pluginId} ended ${String(crashes)} times and is held back${fault === null ? '' : ` (${fault})`}; see the log of plugin-manager for what it said, and let it start again with POST /admin/v1/runners/${pluginId}/reset`,
    remedy: 'reset_runner',
  };
}

function overdue(runner: RunnerView | undefined, testMs: number): TestFault {
  const within = `within ${String(testMs / 1000)} s`;
  if (runner?.state === 'running')
    return {
      code: 'test.deadline',
      message: `its runner had no result ${within}; it may have much to do, or the source does not answer`,
      remedy: 'retry',
    };
  const fault = runner?.last_fault ?? null;
  return {
    code: 'runner.not_ready',
    message: `no runner of the plugin was ready ${within}${fault === null ? '' : ` (${fault})`}`,
    remedy: 'retry',
  };
}
