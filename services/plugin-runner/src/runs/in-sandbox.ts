import type { SandboxProcess } from '../host/processes/sandbox-process.ts';
import type { RunLogs } from './logs/run-logs.ts';
import type { RunWork } from './run-work.ts';
import type { Runner } from './runner.ts';

const workEnded = new Error('the work has ended');

/** Gives a short work a sandbox of its own for as long as `use` takes; when the runner is to stop, both end at once. */
export async function inSandbox<T>(
  { sandboxes, stopping }: Pick<Runner, 'sandboxes' | 'stopping'>,
  { work, logs }: { readonly work: RunWork; readonly logs: RunLogs },
  use: (sandbox: SandboxProcess) => Promise<T>,
): Promise<T> {
  // A signal that was aborted before anyone listens to it says nothing.
  stopping.throwIfAborted();
  const ended = new AbortController();
  const sandbox = sandboxes.take();
  const stop = (): void => {
    ended.abort(stopping.reason);
    sandbox.dispose();
  };
  stopping.addEventListener('abort', stop, { once: true });
  // It may be killed while nobody pulls.
  void sandbox.exited.then(() => ended.abort(workEnded));
  try {
    work.begin(sandbox, { logs, signal: ended.signal });
    return await use(sandbox);
  } finally {
    stopping.removeEventListener('abort', stop);
    sandbox.dispose();
    ended.abort(workEnded);
    work.close();
  }
}
