import type { SandboxProcess } from '../host/processes/sandbox-process.ts';
import type { RunLogs } from './logs/run-logs.ts';
import type { RunWork } from './run-work.ts';
import type { Runner } from './runner.ts';

const workEnded = new Error('the work has ended');

interface ShortWork {
  readonly work: RunWork;
  readonly logs: RunLogs;
  /** Whose other calls may come into the same process; without it the process serves this work alone. */
  readonly sharedWith?: string;
}

/** Gives a short work a sandbox for as long as `use` takes; when the runner is to stop, both end at once. */
export async function inSandbox<T>(
  { sandboxes, stopping }: Pick<Runner, 'sandboxes' | 'stopping'>,
  { work, logs, sharedWith }: ShortWork,
  use: (sandbox: SandboxProcess) => Promise<T>,
): Promise<T> {
  // A signal that was aborted before anyone listens to it says nothing.
  stopping.throwIfAborted();
  const ended = new AbortController();
  const sandbox = sandboxes.take(sharedWith);
  const stop = (): void => {
    ended.abort(stopping.reason);
    sandbox.dispose();
  };
  stopping.addEventListener('abort', stop, { once: true });
  // It may be killed while nobody pulls.
  void sandbox.exited.then(() => ended.abort(workEnded));
  let isClean = false;
  try {
    work.begin(sandbox, { logs, signal: ended.signal });
    const result = await use(sandbox);
    isClean = true;
    return result;
  } finally {
    stopping.removeEventListener('abort', stop);
    if (isClean && sharedWith !== undefined) sandboxes.giveBack(sandbox, sharedWith);
    else sandbox.dispose();
    ended.abort(workEnded);
    work.close();
  }
}
