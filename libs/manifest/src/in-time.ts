import { Script } from 'node:vm';

const cpuLimitMs = 500;
const longestMs = 16_000;
const script = new Script('work()');

/**
 * Runs work on a plugin's schema, which may hold a pattern that runs for ever; V8 stops it. The limit is one of CPU time:
 * on a busy machine the time of a clock passes without anything being done.
 */
export function inTime<T>(work: () => T): T {
  for (let timeoutMs = cpuLimitMs; ; timeoutMs *= 2) {
    const before = process.cpuUsage();
    try {
      return within(timeoutMs, work);
    } catch (error) {
      const { user, system } = process.cpuUsage(before);
      const isIdle = (user + system) / 1000 < cpuLimitMs && timeoutMs < longestMs;
      if (!isIdle || !isTimeout(error)) throw error;
    }
  }
}

function within<T>(timeoutMs: number, work: () => T): T {
  let result: { value: T } | undefined;
  const context = {
    work: () => {
      result = { value: work() };
    },
  };
  script.runInNewContext(context, { timeout: timeoutMs });
  if (result === undefined) throw new TypeError('it gave no result');
  return result.value;
}

/** Not by class: the error may come from another realm. */
function isTimeout(error: unknown): boolean {
  const code: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
