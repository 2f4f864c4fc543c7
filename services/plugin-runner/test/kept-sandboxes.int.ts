import type { ChildProcess } from 'node:child_process';
import { eventually } from '@made-open/testing';
import type { CallAnswer, HostCalls } from '../src/host/open-calls.ts';
import {
  probeConfinement,
  spawnSandbox,
  type Confinement,
} from '../src/host/processes/sandbox-command.ts';
import type { SandboxProcess } from '../src/host/processes/sandbox-process.ts';
import { WarmSandboxes } from '../src/host/processes/warm-sandboxes.ts';
import { defaultLimits } from '../src/sandbox/sandbox-limits.ts';

const frameSize = { maxItems: 500, maxSize: 262_144 };
const mostTogether = 2;
const limits = { ...defaultLimits, stepCpuMs: 2000, stepWallMs: 5000 };

/** A handler that tells how often this isolate was called, and leaves behind what its payload says. */
const bundle = `
let calls = 0;
const leavings = {
  nothing() {},
  prototypes() {
    Object.prototype.left = 'left';
    Array.prototype.push = () => 0;
    globalThis.left = 'left';
    __plugin.plugin.handleWebhook = () => { throw new Error('left'); };
  },
  timer(context) { setInterval(() => context.logger.info('left'), 1); },
  loop(context) { (async () => { for (;;) { context.logger.info('left'); await null; } })(); },
  call(context) { void context.data.query('left').catch(() => undefined); },
};
globalThis.__plugin = { plugin: { id: 'x', async handleWebhook({ leave }, context) {
  calls++;
  const answer = JSON.stringify({ calls, left: [typeof globalThis.left, typeof {}.left] });
  await context.data.query(answer);
  leavings[leave](context);
} } };`;

/** Says what is to be done, and notes what it is asked. */
class Host implements HostCalls {
  readonly asked: string[] = [];
  readonly lines: string[] = [];
  readonly #input: object;

  constructor(leave: string) {
    const payload = JSON.stringify({ leave });
    this.#input = { kind: 'webhook', payload, webhook: { id: 'd', name: '' } };
  }

  call(method: string, argsText: string): Promise<CallAnswer> {
    if (method === 'invocation') return answerOf(this.#input);
    if (method === 'query') this.asked.push(String(JSON.parse(argsText).table));
    return answerOf(method === 'query' ? { entities: [] } : null);
  }

  log(_level: string, message: string): void {
    this.lines.push(message);
  }
}

function answerOf(value: unknown): Promise<CallAnswer> {
  return Promise.resolve({ text: JSON.stringify({ ok: true, value }) });
}

const untouched = JSON.stringify({ calls: 1, left: ['undefined', 'undefined'] });

describe('sandboxes of short calls', () => {
  let confinement: Confinement;
  let sandboxes: WarmSandboxes;
  const spawn = (): ChildProcess => spawnSandbox(confinement);

  beforeAll(async () => {
    confinement = await probeConfinement();
  });
  beforeEach(() => {
    sandboxes = new WarmSandboxes({ runtime: 'javascript', bundle, limits }, spawn, mostTogether);
  });
  afterEach(() => sandboxes.stop());

  async function call(connectionId: string, leave = 'nothing') {
    const sandbox = sandboxes.take(connectionId);
    const host = new Host(leave);
    await carryOut(sandbox, host);
    sandboxes.giveBack(sandbox, connectionId);
    await sandboxes.atRest();
    return { pid: sandbox.pid, host };
  }

  it('take the calls of one connection one after the other, and those of no other', async () => {
    const first = await call('one');
    expect((await call('one')).pid).toBe(first.pid);
    const other = await call('other');
    expect(other.pid).not.toBe(first.pid);
    expect((await call('one')).pid).toBe(first.pid);
    expect((await call('other')).pid).toBe(other.pid);
    // A run has one that nothing ran in.
    const run = sandboxes.take();
    expect([first.pid, other.pid]).not.toContain(run.pid);
    run.dispose();
  });

  it.each(['prototypes', 'timer', 'call'])(
    'let nothing of a call into the next one (%s)',
    async (leave) => {
      const first = await call('one', leave);
      expect(first.host.asked[0]).toBe(untouched);
      const told = [...first.host.lines];
      for (let n = 0; n < 3; n++) {
        const next = await call('one');
        expect(next.pid).toBe(first.pid);
        expect(next.host.asked).toEqual([untouched]);
        expect(next.host.lines).toEqual([]);
      }
      expect(first.host.lines.slice(told.length)).toEqual([]);
    },
  );

  it('make room for those in use: together they are no more than a pod has memory for', async () => {
    const first = await call('one');
    const other = await call('other');
    const third = sandboxes.take('third');
    await eventually(() => expect(() => process.kill(first.pid, 0)).toThrow());
    const fourth = sandboxes.take('fourth');
    await eventually(() => expect(() => process.kill(other.pid, 0)).toThrow());
    for (const sandbox of [third, fourth]) {
      expect(() => process.kill(sandbox.pid, 0)).not.toThrow();
      sandbox.dispose();
    }
  });

  it('end with code that goes on behind the end of its call', async () => {
    const { pid } = await call('one', 'loop');
    const next = await call('one');
    expect(next.pid).not.toBe(pid);
    expect([next.host.asked, next.host.lines]).toEqual([[untouched], []]);
    await eventually(() => expect(() => process.kill(pid, 0)).toThrow());
  });

  it('hold no more memory after many calls than one may have', async () => {
    const pids = new Set<number>();
    let peakMb = 0;
    for (let n = 0; n < 200; n++) {
      const sandbox = sandboxes.take('one');
      await carryOut(sandbox, new Host('nothing'));
      pids.add(sandbox.pid);
      peakMb = sandbox.peakMb;
      sandboxes.giveBack(sandbox, 'one');
      await sandboxes.atRest();
    }
    expect(pids.size).toBe(1);
    expect(peakMb).toBeLessThan(limits.memoryMb + 128);
  });
});

async function carryOut(sandbox: SandboxProcess, host: HostCalls): Promise<void> {
  sandbox.start({}, host, 'invocation');
  for (let done = false; !done;) ({ done } = await sandbox.pullFrame(frameSize));
}
