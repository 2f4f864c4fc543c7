import type { ChildProcess } from 'node:child_process';
import { readRecords } from '@made-open/contracts';
import type { CallAnswer, HostCalls } from '../src/host/open-calls.ts';
import {
  probeConfinement,
  spawnSandbox,
  type Confinement,
} from '../src/host/processes/sandbox-command.ts';
import { SandboxProcess } from '../src/host/processes/sandbox-process.ts';
import { WarmSandboxes } from '../src/host/processes/warm-sandboxes.ts';
import {
  defaultLimits,
  processOverheadMb,
  type SandboxLimits,
} from '../src/sandbox/sandbox-limits.ts';
import { idsOf, plugin } from './attack.ts';

const frameSize = { maxItems: 500, maxSize: 262_144 };
const limits: SandboxLimits = { ...defaultLimits, stepCpuMs: 2000, stepWallMs: 5000 };

class Host implements HostCalls {
  readonly lines: string[] = [];
  readonly #answer: (method: string, args: unknown) => CallAnswer;

  constructor(answer: (method: string, args: unknown) => CallAnswer = () => ok(null)) {
    this.#answer = answer;
  }

  call(method: string, argsText: string): Promise<CallAnswer> {
    return Promise.resolve(this.#answer(method, JSON.parse(argsText)));
  }

  log(_level: string, message: string): void {
    this.lines.push(message);
  }
}

function ok(value: unknown): CallAnswer {
  return { text: JSON.stringify({ ok: true, value }) };
}

function httpAnswer(status: number, body: string): CallAnswer {
  const http = { status, headers: {}, isJson: status < 300 };
  return { text: JSON.stringify({ ok: true, http }), body: Buffer.from(body) };
}

const item = (id: string): string => `{ type: 'person', externalId: ${id}, data: {}, raw: null }`;

describe('SandboxProcess', () => {
  let confinement: Confinement;
  const spawn = (): ChildProcess => spawnSandbox(confinement);

  beforeAll(async () => {
    confinement = await probeConfinement();
  });

  async function drain(sandbox: SandboxProcess): Promise<Uint8Array[]> {
    const frames: Uint8Array[] = [];
    for (;;) {
      const { records, done } = await sandbox.pullFrame(frameSize);
      if (records !== undefined) frames.push(records);
      if (done) return frames;
    }
  }

  async function run(sync: string, host: HostCalls = new Host()): Promise<Uint8Array[]> {
    const sandbox = new SandboxProcess(
      { runtime: 'javascript', bundle: plugin(sync), limits },
      spawn,
    );
    try {
      sandbox.start({ apiKey: 'k' }, host);
      return await drain(sandbox);
    } finally {
      sandbox.dispose();
      await sandbox.exited;
    }
  }

  it('hands out frames of items, in order, with a header and one line each', async () => {
    const frames = await run(
      `for (let i = 0; i < 2000; i++) yield { type: 'person', externalId: 'p' + i, data: { display_name: 'P' + i }, raw: { i } };`,
    );
    expect(frames).toHaveLength(4);
    expect(idsOf(frames)).toEqual(Array.from({ length: 2000 }, (_, index) => `p${String(index)}`));
    const [first = new Uint8Array()] = frames;
    expect(Buffer.from(readRecords(first).lines[0] ?? []).toString()).toBe(
      '{"display_name":"P0"}\t{"i":0}',
    );
  });

  it('hands out what it has when the plugin waits, and cuts a frame behind a checkpoint', async () => {
    const frames = await run(
      `yield ${item(`'a'`)}; await context.checkpoint.save({ page: 1 }); yield ${item(`'b'`)};
       await new Promise((resolve) => setTimeout(resolve, 20)); yield ${item(`'c'`)};`,
    );
    const kinds = frames.map((frame) => readRecords(frame).sections.map(({ kind }) => kind));
    expect(kinds).toEqual([['item', 'checkpoint'], ['item'], ['item']]);
  });

  it('lets the plugin migrate what an earlier version saved, and goes on from that', async () => {
    const host = new Host((method) =>
      ok(method === 'getCheckpoint' ? { state: 3, partial: false, migrateFrom: 1 } : null),
    );
    const sync = `yield { type: 'person', externalId: (await context.checkpoint.get()).page, data: {}, raw: null };`;
    const migrates = `Object.assign(__plugin.plugin, { migrateCheckpoint: (state, from) => ({ page: 'v' + from + ':' + state }) });`;
    const sandbox = new SandboxProcess(
      { runtime: 'javascript', bundle: `${plugin(sync)}\n${migrates}`, limits },
      spawn,
    );
    try {
      sandbox.start({}, host);
      expect(idsOf(await drain(sandbox))).toEqual(['v1:3']);
    } finally {
      sandbox.dispose();
      await sandbox.exited;
    }
    await expect(run(sync, host)).rejects.toMatchObject({
      failure: { code: 'sandbox.no_checkpoint_migration' },
    });
  });

  it('puts events and checkpoints behind the items yielded before them', async () => {
    const frames = await run(
      `yield ${item(`'a'`)}; await context.emitEvent('connector.Seen', { a: 1 }); await context.checkpoint.save(1);
       yield { type: 'person', externalId: 'gone', deleted: true };`,
    );
    const kinds = frames.flatMap((frame) => readRecords(frame).sections.map(({ kind }) => kind));
    expect(kinds).toEqual(['item', 'event', 'checkpoint', 'delete']);
  });

  it('gives the plugin its config, bodies of answers, and an HttpError it can catch', async () => {
    const host = new Host((_method, args) =>
      (args as { url: string }).url === 'good'
        ? httpAnswer(200, '{"name":"n"}')
        : httpAnswer(404, 'gone'),
    );
    const frames = await run(
      `const { name } = await context.http.get('good'); let error; try { await context.http.get('bad'); } catch (thrown) { error = thrown; }
       yield ${item(`[context.config.apiKey, name, error.name, error.status, error.body].join()`)};`,
      host,
    );
    expect(idsOf(frames)).toEqual(['k,n,HttpError,404,gone']);
  });

  it('gives bodies as bytes, and digests', async () => {
    const bytes = Uint8Array.of(0, 255, 195, 40);
    const host = new Host((_method, args) =>
      (args as { wantsBytes?: boolean }).wantsBytes === true
        ? httpAnswer(404, Buffer.from(bytes).toString('base64'))
        : ok(null),
    );
    const frames = await run(
      `const { status, body } = await context.http.request({ url: 'image', responseType: 'bytes' });
       const { crypto } = context;
       yield ${item(`[status, body instanceof Uint8Array, ...body].join()`)};
       yield ${item(`crypto.sha256('abc')`)}; yield ${item(`crypto.hmacSha256('Jefe', 'what do ya want for nothing?')`)};
       yield ${item(`String(/^[0-9a-f-]{36}$/.test(crypto.randomUUID()))`)};`,
      host,
    );
    // FIPS 180-4 and RFC 4231, test case 2.
    expect(idsOf(frames)).toEqual([
      '404,true,0,255,195,40',
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
      'true',
    ]);
  });

  it('drops log lines above the rate and says once how many', async () => {
    const host = new Host();
    await run(
      `for (let i = 0; i < 5000; i++) context.logger.info('line ' + i);
       await new Promise((resolve) => setTimeout(resolve, 1100)); context.logger.info('after');`,
      host,
    );
    expect(host.lines).toHaveLength(limits.logLinesPerSecond + 2);
    expect(host.lines.slice(-2)).toEqual([
      '4800 log lines above 200 in a second were dropped',
      'after',
    ]);
  });

  it('says how many log lines it dropped when the run ends with them', async () => {
    const host = new Host();
    await run(`for (let i = 0; i < 5000; i++) context.logger.info('line ' + i);`, host);
    expect(host.lines).toHaveLength(limits.logLinesPerSecond + 1);
    expect(host.lines.at(-1)).toBe('4800 log lines above 200 in a second were dropped');
  });

  it('aborts the signal of a plugin whose run is wanted no more', async () => {
    const sandbox = new SandboxProcess(
      {
        runtime: 'javascript',
        bundle: plugin(
          `await new Promise((resolve) => { context.signal.addEventListener('abort', resolve); context.logger.info('waits'); }); context.logger.info('aborted');`,
        ),
        limits,
      },
      spawn,
    );
    const host = new Host();
    const waits = Promise.withResolvers<void>();
    sandbox.start(
      {},
      {
        call: host.call.bind(host),
        log: (level, message) => {
          host.log(level, message);
          waits.resolve();
        },
      },
    );
    const pulled = sandbox.pullFrame(frameSize);
    await waits.promise;
    sandbox.abort();
    await pulled.catch(() => undefined);
    await sandbox.exited;
    expect(host.lines).toEqual(['waits', 'aborted']);
  });

  it('has a spare process ready, and another when that one is taken', async () => {
    const sandboxes = new WarmSandboxes(
      { runtime: 'javascript', bundle: plugin(`yield ${item(`'a'`)};`), limits },
      spawn,
      8,
    );
    sandboxes.warm();
    const first = sandboxes.take();
    const second = sandboxes.take();
    expect(second.pid).not.toBe(first.pid);
    for (const sandbox of [first, second]) {
      sandbox.start({}, new Host());
      expect(idsOf(await drain(sandbox))).toEqual(['a']);
      sandbox.dispose();
    }
    await sandboxes.stop();
    expect(sandboxes.count).toBe(0);
  });

  it('keeps its memory flat over 100,000 items of 1 KB', async () => {
    const sandbox = new SandboxProcess(
      {
        runtime: 'javascript',
        bundle: plugin(
          `for (let i = 0; i < 100000; i++) yield { type: 'person', externalId: 'p' + i, data: { display_name: 'P' + i }, raw: { text: 'x'.repeat(900), i } };`,
        ),
        limits: defaultLimits,
      },
      spawn,
    );
    sandbox.start({}, new Host());
    let items = 0;
    for (let done = false; !done;) {
      const pulled = await sandbox.pullFrame(frameSize);
      done = pulled.done;
      if (pulled.records !== undefined) items += idsOf([pulled.records]).length;
    }
    sandbox.dispose();
    expect(items).toBe(100_000);
    expect(sandbox.peakMb).toBeLessThan(limits.memoryMb + processOverheadMb);
  });
});
