const width = 24;

/** `[=====>      ] 5/12 what`; without a total, only what and how many. */
export function progressBar(what: string, done: number, total?: number): string {
  if (total === undefined || total === 0) return `${what}: ${done.toLocaleString('en')}`;
  const filled = Math.min(Math.round((done / total) * width), width);
  const bar = `${'='.repeat(Math.max(filled - 1, 0))}${filled > 0 ? '>' : ''}`.padEnd(width);
  return `[${bar}] ${String(done)}/${String(total)} ${what}`;
}
