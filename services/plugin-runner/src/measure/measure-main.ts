// Entry of a process that the benchmarks start: one line in, a plugin's sandbox run once by it, what that took out.
import { createInterface } from 'node:readline';
import {
  probeConfinement,
  pythonSandbox,
  spawnSandbox,
} from '../host/processes/sandbox-command.ts';
import { usageOf } from '../host/processes/process-usage.ts';
import { SandboxProcess } from '../host/processes/sandbox-process.ts';
import { defaultLimits, type SandboxCode } from '../sandbox/sandbox-limits.ts';

type Request = Pick<SandboxCode, 'runtime' | 'bundle'>;

const frameSize = { maxItems: 500, maxSize: 262_144 };
const host = {
  call: () => Promise.resolve({ text: '{"ok":true,"value":null}' }),
  log: () => undefined,
};

async function measure({ runtime, bundle }: Request): Promise<object> {
  const code: SandboxCode = { runtime, bundle, limits: defaultLimits };
  const python = pythonSandbox(code, process.env['PYTHON_RUNTIME_DIR']);
  const confinement = await probeConfinement();
  const started = performance.now();
  const sandbox = new SandboxProcess(code, () => spawnSandbox(confinement, python));
  try {
    sandbox.start({}, host);
    let bytes = 0;
    for (let done = false; !done;) {
      const pulled = await sandbox.pullFrame(frameSize);
      bytes += pulled.records?.length ?? 0;
      done = pulled.done;
    }
    const wallMs = Math.round(performance.now() - started);
    const { cpuMs, residentMb } = usageOf(sandbox.pid);
    return { bytes, wallMs, cpuMs, residentMb: Math.round(residentMb) };
  } finally {
    sandbox.dispose();
    await sandbox.exited;
  }
}

async function answer(line: string): Promise<void> {
  try {
    const request: Request = JSON.parse(line);
    process.stdout.write(`${JSON.stringify(await measure(request))}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'unknown fault'}\n`);
    process.exitCode = 1;
  }
}

const lines = createInterface({ input: process.stdin });
lines.once('line', (line) => {
  lines.close();
  void answer(line);
});
