import type { SandboxFailure } from './sandbox-limits.ts';

const maxText = 16_384;

export function memoryFailure(memoryMb: number, reason: string): SandboxFailure {
  return {
    code: 'sandbox.memory_limit',
    message: `the plugin used more memory than its ${String(memoryMb)} MB (${reason}); hold less at a time, or ask for more with limits.memoryMb in plugin.json`,
  };
}

/** What isolated-vm throws for code that does not compile, fails as it loads, or runs out of memory. */
export function isolateFailure(error: unknown, memoryMb: number): SandboxFailure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (/memory limit|isolate (is|was) disposed|promise was abandoned/iu.test(message))
    return memoryFailure(memoryMb, 'its isolate was ended');
  return {
    code: 'plugin.error',
    message: message.slice(0, maxText),
    ...(stack === undefined ? {} : { stack: stack.slice(0, maxText) }),
  };
}
