import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Whether a process with this number runs; a zombie does not. */
export function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A process that starts a server, to be killed by the test. `start` is an expression that gives the server. */
export async function orphaning(start: string): Promise<{ pid: number; supervisor: ChildProcess }> {
  const index = fileURLToPath(new URL('../src/index.ts', import.meta.url));
  const script = `
    import { makeNatsIdentity, NatsServer, PostgresServer } from ${JSON.stringify(index)};
    const server = ${start};
    console.log(server.pid);
    setInterval(() => undefined, 1000);`;
  const supervisor = spawn(
    process.execPath,
    ['--conditions=@made-open/source', '--input-type=module', '-e', script],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(supervisor.stdout, 'data')) as [Buffer];
  return { pid: Number(line.toString()), supervisor };
}
