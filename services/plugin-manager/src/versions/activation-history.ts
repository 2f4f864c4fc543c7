import type { Plugin } from '../plugins/plugin.ts';

const keptVersions = 20;

/** Versions that were active before, the newest last: what a rollback goes back to. One that was rolled back is not among them. */
export function historyAfter(
  { activeVersion, activatedBefore }: Plugin,
  to: string | undefined,
  isRollback: boolean,
): string[] {
  const left = activeVersion === undefined || isRollback ? [] : [activeVersion];
  const gone = new Set([activeVersion, to]);
  return [...activatedBefore.filter((version) => !gone.has(version)), ...left].slice(-keptVersions);
}
