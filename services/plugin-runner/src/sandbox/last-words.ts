import { writeSync } from 'node:fs';
import type { SandboxFailure } from './sandbox-limits.ts';

/** A pipe of its own: the socket may be in the middle of a message, or full. */
const descriptor = 4;

/** Says why and ends the process. Never process.exit: with a live isolate that ends in SIGSEGV. */
export function endWith(failure: SandboxFailure): void {
  try {
    writeSync(descriptor, JSON.stringify(failure));
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}
