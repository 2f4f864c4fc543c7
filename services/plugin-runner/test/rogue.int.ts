import { spawn, type ChildProcess } from 'node:child_process';
import type { HostCalls } from '../src/host/open-calls.ts';
import { SandboxProcess } from '../src/host/processes/sandbox-process.ts';
import { messageKinds } from '../src/sandbox/messages.ts';
import { defaultLimits, type SandboxLimits } from '../src/sandbox/sandbox-limits.ts';

const limits: SandboxLimits = {
  ...defaultLimits,
  memoryMb: 16,
  loadCpuMs: 100,
  stepCpuMs: 100,
  stepWallMs: 500,
};
const host: HostCalls = {
  call: () => new Promise(() => undefined),
  log: () => undefined,
};

/** What plugin code might make of the sandbox process once it has broken out of the isolate. */
const prelude = `
const { Socket } = require('node:net');
const socket = new Socket({ fd: 3 });
const send = (kind, text = '', length) => {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(length ?? payload.length, 0);
  head[4] = kind;
  return socket.write(Buffer.concat([head, payload]));
};
const alive = () => send(${String(messageKinds.pong)});
socket.on('data', alive);
`;

function rogue(script: string): () => ChildProcess {
  return () =>
    spawn(process.execPath, ['-e', prelude + script], {
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    });
}

describe('a sandbox process that is no longer ours', () => {
  it.each<[string, string, string, Partial<SandboxLimits>?]>([
    ['answers nothing', 'for (;;) {}', 'sandbox.unresponsive'],
    ['answers heartbeats and no pull', '', 'sandbox.step_timeout'],
    [
      'works without end beside its heartbeats',
      'const work = () => { const end = Date.now() + 90; while (Date.now() < end); setImmediate(work); }; work();',
      'sandbox.cpu_limit',
      { stepWallMs: 60_000 },
    ],
    [
      'takes memory outside every isolate',
      'globalThis.kept = []; setInterval(() => kept.push(Buffer.alloc(2e7, 1)), 10);',
      'sandbox.memory_limit',
    ],
    ['sends what is no message', `send(99, 'x');`, 'sandbox.protocol'],
    ['announces a message of gigabytes', `send(16, '', 2 ** 32 - 1);`, 'sandbox.protocol'],
    [
      'makes calls without end',
      `for (let i = 0; i < 1000; i++) send(18, '\\0\\0\\0\\0http\\n{}');`,
      'sandbox.protocol',
    ],
    [
      'blames the platform',
      `send(21, JSON.stringify({ code: 'wallet.signature\\n', message: { a: 1 }, retryAfterMs: 1e99 }));`,
      'plugin.error',
    ],
    ['leaves', `setTimeout(() => process.exit(7), 50);`, 'sandbox.crashed'],
    [
      'lies in its last words',
      `require('node:fs').writeSync(4, '{"code":"x","message":'); process.kill(process.pid, 'SIGKILL');`,
      'plugin.error',
    ],
  ])('is ended when it %s', async (_, script, code, given = {}) => {
    const sandbox = new SandboxProcess(
      { runtime: 'javascript', bundle: '', limits: { ...limits, ...given } },
      rogue(script),
    );
    sandbox.start({}, host);
    const failure = await sandbox
      .pullFrame({ maxItems: 500, maxSize: 262_144 })
      .then((pulled) => expect(pulled).toBeUndefined())
      .catch((error: unknown) => error as Error & { code: string });
    expect(failure).toMatchObject({ code: expect.stringMatching(new RegExp(`^(${code})$`, 'u')) });
    await sandbox.exited;
    expect(() => process.kill(sandbox.pid, 0)).toThrow();
  });
});
