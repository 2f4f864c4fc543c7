import { numericKey, pageOf, type Page, type PageRequest } from '../page.ts';
import { RunLogStore, type RunLogBatch, type RunLogLine } from './run-log-store.ts';

/** Log lines in memory, for tests. */
export class MemoryRunLogStore extends RunLogStore {
  #lines: (RunLogLine & { readonly id: number; readonly runId: string })[] = [];
  #last = 0;

  override append({ runId, lines }: RunLogBatch): Promise<void> {
    this.#lines.push(...lines.map((line) => ({ ...line, runId, id: ++this.#last })));
    return Promise.resolve();
  }

  override list(runId: string, page: PageRequest): Promise<Page<RunLogLine>> {
    const after = Number(numericKey(page) ?? 0);
    const rows = this.#lines.filter((line) => line.runId === runId && line.id > after);
    const { data, next } = pageOf(rows, page.limit, ({ id }) => String(id));
    return Promise.resolve({
      data: data.map(({ at, level, message, fields }) => ({ at, level, message, fields })),
      next,
    });
  }

  override count(runId: string): Promise<number> {
    return Promise.resolve(this.#lines.filter((line) => line.runId === runId).length);
  }

  override removeOlderThan(time: Date): Promise<void> {
    this.#lines = this.#lines.filter(({ at }) => at >= time);
    return Promise.resolve();
  }
}
