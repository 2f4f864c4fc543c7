import { numericKey, pageOf, type Page, type PageRequest } from '../../page.ts';
import {
  bytesOf,
  RunLogStore,
  type ConnectionLogLine,
  type RunLogBatch,
  type RunLogLine,
  type RunLogSize,
} from './run-log-store.ts';

interface KeptLine extends RunLogLine {
  readonly id: number;
  readonly runId: string;
  readonly connectionId: string;
}

/** Log lines in memory, for tests. */
export class MemoryRunLogStore extends RunLogStore {
  #lines: KeptLine[] = [];
  #last = 0;

  override append({ runId, connectionId, lines }: RunLogBatch): Promise<void> {
    for (const line of lines) this.#lines.push({ ...line, runId, connectionId, id: ++this.#last });
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

  override listOf(connectionId: string, page: PageRequest): Promise<Page<ConnectionLogLine>> {
    const before = Number(numericKey(page) ?? Infinity);
    const rows = this.#lines
      .filter((line) => line.connectionId === connectionId && line.id < before)
      .toReversed();
    const { data, next } = pageOf(rows, page.limit, ({ id }) => String(id));
    return Promise.resolve({
      data: data.map(({ runId, at, level, message, fields }) => ({
        runId,
        at,
        level,
        message,
        fields,
      })),
      next,
    });
  }

  override size(runId: string): Promise<RunLogSize> {
    const lines = this.#lines.filter((line) => line.runId === runId);
    const bytes = lines.reduce((sum, line) => sum + bytesOf(line), 0);
    return Promise.resolve({ lines: lines.length, bytes });
  }

  override removeOlderThan(time: Date): Promise<void> {
    this.#lines = this.#lines.filter(({ at }) => at >= time);
    return Promise.resolve();
  }

  override removeBeyond(bytesOfConnection: number): Promise<void> {
    const bytes = new Map<string, number>();
    this.#lines = this.#lines
      .toReversed()
      .filter((line) => {
        const upTo = (bytes.get(line.connectionId) ?? 0) + bytesOf(line);
        bytes.set(line.connectionId, upTo);
        return upTo <= bytesOfConnection;
      })
      .toReversed();
    return Promise.resolve();
  }
}
