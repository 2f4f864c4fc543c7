import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { Bus } from '@made-open/bus';
import {
  FrameReplySchema,
  ItemFrameSchema,
  RunnerService,
  RunOutcome,
  RunSyncSchema,
} from '@made-open/contracts';
import { parseGrants, readManifest } from '@made-open/manifest';
import { Logger } from '@made-open/nest';
import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { duplexPair, Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { filePartsGate } from '../host/files/bus-platform-files.ts';
import { WarmSandboxes } from '../host/processes/warm-sandboxes.ts';
import { messageKinds, type MessageKind } from '../sandbox/messages.ts';
import { MessageSocket } from '../sandbox/message-socket.ts';
import { defaultLimits } from '../sandbox/sandbox-limits.ts';
import { AccessTokens } from '../host/credentials/access-tokens.ts';
import { CrashBreaker } from './crash-breaker.ts';
import { defaultSlice } from './frames/slice.ts';
import { RunAttempt } from './run-attempt.ts';
import type { Runner } from './runner.ts';

const manifest = readManifest(
  JSON.stringify({
    id: 'com.example.a',
    name: 'A',
    version: '1.0.0',
    type: 'connector',
    entrypoint: './index.ts',
    permissions: ['data:read:persons'],
    configSchema: { type: 'object' },
  }),
);

class Silence extends Logger {
  override debug(): void {}
  override info(): void {}
  override warn(): void {}
  override error(): void {}
  override child(): Logger {
    return this;
  }
}

/** Stores all frames, and answers calls and the end when a test lets it. */
class FakeBus {
  readonly frames: string[] = [];
  readonly called: unknown[] = [];
  readonly answers = Promise.withResolvers<void>();
  readonly commits = Promise.withResolvers<void>();
  stored: Promise<void> = Promise.resolve();

  readonly publishRaw: Bus['publishRaw'] = async (_subject, payload) => {
    this.frames.push(fromBinary(ItemFrameSchema, Buffer.from(payload)).content.case ?? '');
    await this.stored;
  };

  readonly newInbox: Bus['newInbox'] = () => ({
    subject: '_INBOX.x',
    next: async () => {
      await this.commits.promise;
      return toBinary(FrameReplySchema, create(FrameReplySchema, { accepted: true }));
    },
    close: () => undefined,
  });

  async #answer(method: unknown): Promise<unknown> {
    this.called.push(method);
    await this.answers.promise;
    return { entities: [], epoch: 0 };
  }

  readonly call = ((method: unknown) => this.#answer(method)) as Bus['call'];
}

type Message = readonly [MessageKind, ...(string | Uint8Array)[]];

/** A sandbox process whose plugin says what a test wants at each pull. */
class FakeProcess extends ChildProcess {
  override readonly stdio: ChildProcess['stdio'];
  pulls = 0;
  readonly say: (message: Message) => void;

  constructor(says: readonly Message[]) {
    super();
    const [ours, theirs] = duplexPair();
    this.stdio = [null, null, Readable.from([]), ours, Readable.from([])];
    const sandbox = new MessageSocket(theirs, {
      onMessage: (kind) => {
        if (kind !== messageKinds.pull) return;
        this.pulls++;
        // Another process: it never answers before everything else has had its turn.
        setImmediate(() => {
          for (const message of says) sandbox.send(...message);
        });
      },
      onBroken: () => undefined,
      maxBytes: () => 1e6,
    });
    this.say = (message) => sandbox.send(...message);
  }

  override kill(): boolean {
    setImmediate(() => this.emit('close', null, 'SIGKILL'));
    return true;
  }
}

const log: Message = [
  messageKinds.log,
  JSON.stringify({ level: 'info', text: JSON.stringify({ message: 'm', fields: '' }) }),
];
const end: Message = [messageKinds.end, '{"cpuMs":1}'];
const records: Message = [messageKinds.records, '{"v":1,"sections":[{"kind":"checkpoint"}]}\n{}\n'];
const query: Message = [messageKinds.call, Buffer.alloc(4), 'query\n{"table":"persons"}'];

describe('RunAttempt', () => {
  let bus: FakeBus;
  let says: Message[];
  let spawned: FakeProcess[];
  let stopping: AbortController;
  let lost: AbortController;
  let sandboxes: WarmSandboxes;
  let wallet: Runner['wallet'];

  beforeEach(() => {
    bus = new FakeBus();
    says = [end];
    spawned = [];
    stopping = new AbortController();
    lost = new AbortController();
    wallet = { config: () => Promise.resolve({ config: {}, token: undefined }) };
    const spawn = () => {
      const process = new FakeProcess(says);
      spawned.push(process);
      return process;
    };
    sandboxes = new WarmSandboxes(
      { runtime: 'javascript', bundle: '', limits: defaultLimits },
      spawn,
      8,
    );
  });
  afterEach(() => sandboxes.stop());

  const begin = (attempt = 1): RunAttempt => {
    const grants = parseGrants(['data:read:persons']);
    const runner: Runner = {
      bus,
      logger: new Silence(),
      token: 'com_example_a',
      version: '1.0.0',
      wallet,
      assignment: { manifest, grants, bundle: '', overrides: new Map() },
      egressProxy: undefined,
      sandboxes,
      accessTokens: new AccessTokens(() => 0),
      breaker: new CrashBreaker(() => 0),
      slice: defaultSlice,
      fileParts: filePartsGate(stopping.signal),
      heartbeatMs: 10_000,
      stopping: stopping.signal,
    };
    const command = { runId: 'r1', connectionId: 'c1', epoch: 1, slice: 1 };
    return new RunAttempt(runner, create(RunSyncSchema, command), attempt, lost.signal);
  };

  const endIsStored = async (): Promise<void> => {
    while (!bus.frames.includes('end')) await turn();
  };

  /** Four were under way and more waited. */
  const expectNoMoreCalls = async (): Promise<void> => {
    await turn();
    bus.answers.resolve();
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(bus.called).toHaveLength(4);
  };

  it('starts nothing when the runner began to stop while the config was fetched, and gives the run back', async () => {
    bus.commits.resolve();
    wallet = {
      config: () => {
        stopping.abort(new Error('the runner stops'));
        return Promise.resolve({ config: {}, token: undefined });
      },
    };
    expect(await begin().run()).toEqual({ outcome: RunOutcome.INTERRUPTED });
    expect(spawned).toEqual([]);
  });

  it('does not wait for a config once the runner stops', async () => {
    bus.commits.resolve();
    wallet = {
      config: async (_connectionId, _runId, { signal }) => {
        setImmediate(() => stopping.abort(new Error('the runner stops')));
        await once(signal, 'abort');
        throw new Error('the wallet is not waited for');
      },
    };
    expect(await begin().run()).toEqual({ outcome: RunOutcome.INTERRUPTED });
  });

  it('gives a run back in the middle, with its end as the last frame', async () => {
    says = [query];
    const run = begin().run();
    while (bus.called.length === 0) await turn();
    stopping.abort(new Error('the runner stops'));
    bus.commits.resolve();
    expect(await run).toEqual({ outcome: RunOutcome.INTERRUPTED });
    expect(bus.frames.at(-1)).toBe('end');
  });

  it.each([
    ['leaves', end],
    ['yields', records],
  ])('takes nothing from a plugin that %s when it is told to stop', async (_how, answer) => {
    says = [];
    bus.commits.resolve();
    const run = begin().run();
    while (spawned[0]?.pulls !== 1) await turn();
    stopping.abort(new Error('the runner stops'));
    spawned[0].say(answer);
    expect(await run).toEqual({ outcome: RunOutcome.INTERRUPTED });
    expect(bus.frames).toEqual(['begin', 'end']);
  });

  it('tells nothing more of a run that is no longer wanted', async () => {
    says = [query];
    const run = begin().run();
    while (bus.called.length === 0) await turn();
    lost.abort(new Error('the run is no longer wanted'));
    await expect(run).rejects.toThrow('the run is no longer wanted');
    expect(bus.frames).not.toContain('end');
  });

  it('fails after three attempts that left no checkpoint', async () => {
    bus.answers.resolve();
    bus.commits.resolve();
    expect(await begin(4).run()).toMatchObject({
      outcome: RunOutcome.FAILED,
      error: {
        code: 'sandbox.no_progress',
        message: expect.stringMatching(/checkpoint\.save/u),
      },
    });
    expect(spawned).toEqual([]);
  });

  it('is alive until etl has committed its end, though its sandbox is gone', async () => {
    const attempt = begin();
    const run = attempt.run();
    await endIsStored();
    expect(attempt.isAlive).toBe(true);
    bus.commits.resolve();
    expect(await run).toMatchObject({ outcome: RunOutcome.COMPLETED });
  });

  it('tells etl of its end before anyone has taken its log, and waits for no one when it stops', async () => {
    says = [log, end];
    const run = begin().run();
    await endIsStored();
    bus.commits.resolve();
    while (bus.called.length === 0) await turn();
    stopping.abort();
    expect(await run).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(bus.called).toEqual([RunnerService.method.recordLogs]);
  });

  it('begins none of the calls that still wait when its plugin ends', async () => {
    says = [...Array.from({ length: 10 }, () => query), end];
    const run = begin().run();
    await endIsStored();
    bus.commits.resolve();
    await run;
    await expectNoMoreCalls();
  });

  it('begins none of them either when its sandbox ends while etl holds it up', async () => {
    const stored = Promise.withResolvers<void>();
    bus.stored = stored.promise;
    says = [query, query, query, records];
    const run = begin().run();
    while (bus.frames.length < 4) await turn();
    spawned[0]?.emit('close', 1, null);
    await expectNoMoreCalls();
    stored.resolve();
    bus.commits.resolve();
    expect(await run).toMatchObject({ error: { code: 'sandbox.crashed' } });
  });
});
