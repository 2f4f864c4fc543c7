import { GuestError } from '../guest-error.ts';
import { cut } from '../primordials.ts';

/** A described exception of Python. */
export interface Fault {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
}

/** An exception that the plugin did not catch, with what it says of itself. */
export class PythonError extends Error {
  override readonly name: string;
  readonly code: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor({ name, code, message, stack, status, retryAfterMs }: Fault) {
    super(message ?? 'the plugin failed');
    this.name = name ?? 'Exception';
    this.code = code ?? 'plugin.error';
    this.stack = stack ?? '';
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

const shown = 200;

/** The interpreter itself broke off; its instance is of no use any more. */
export function trapError(error: unknown): GuestError {
  const message = error instanceof Error ? error.message : '';
  if (error instanceof RangeError && /call stack/u.test(message))
    return new GuestError(
      'sandbox.stack_overflow',
      'the plugin called itself too deeply for its sandbox; go through nested values in a loop, or less deeply',
    );
  return new GuestError(
    'sandbox.python_aborted',
    `Python broke off (${cut(message, shown)}): do not call os.abort or os._exit; behind a MemoryError hold less at a time`,
  );
}
