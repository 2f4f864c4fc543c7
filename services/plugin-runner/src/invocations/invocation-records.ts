import { lineCount, readRecords, recordCount, type RecordSection } from '@made-open/contracts';
import { InvocationTooLargeError, NoCheckpointError } from './errors.ts';

interface Part {
  readonly section: RecordSection;
  readonly lines: readonly Uint8Array[];
}

const maxRecords = 500;
const maxEvents = 100;
const maxBytes = 512 * 1024;
/** As ItemFrame wants them. */
const order = [['item', 'refused'], ['delete'], ['event']];
const newLine = Buffer.from('\n');

/** What one invocation writes, however many frames it came in: it leaves as one. */
export class InvocationRecords {
  #parts: Part[] = [];
  records = 0;
  events = 0;
  bytes = 0;

  add(bytes: Uint8Array): void {
    const { sections, lines } = readRecords(bytes);
    this.bytes += bytes.byteLength;
    let at = 0;
    for (const section of sections) {
      if (section.kind === 'checkpoint') throw new NoCheckpointError();
      const end = at + lineCount(section);
      if (section.kind === 'item') this.#keep(section);
      this.#parts.push({ section, lines: lines.slice(at, end) });
      at = end;
      this.records += recordCount(section);
      if (section.kind === 'event') this.events += recordCount(section);
    }
    this.#check();
  }

  /** One text of `ItemFrame.records`; undefined when nothing was written. */
  take(): Uint8Array | undefined {
    if (this.#parts.length === 0) return undefined;
    const parts = order.flatMap((kinds) =>
      this.#parts.filter(({ section }) => kinds.includes(section.kind)),
    );
    const header = JSON.stringify({ v: 1, sections: parts.map(({ section }) => section) });
    const lines = parts.flatMap((part) => part.lines.flatMap((line) => [line, newLine]));
    return Buffer.concat([Buffer.from(header), newLine, ...lines]);
  }

  /** An item behind its own deletion is there again: deletions come last in a frame. */
  #keep(item: { readonly type: string; readonly ids: readonly string[] }): void {
    const kept = new Set(item.ids);
    this.#parts = this.#parts.map((part) => {
      const { section } = part;
      if (section.kind !== 'delete' || section.type !== item.type) return part;
      return { ...part, section: { ...section, ids: section.ids.filter((id) => !kept.has(id)) } };
    });
  }

  #check(): void {
    if (this.records > maxRecords)
      throw new InvocationTooLargeError(
        `more than ${String(maxRecords)} items and events`,
        `${String(maxRecords)} together`,
      );
    if (this.events > maxEvents)
      throw new InvocationTooLargeError(
        `more than ${String(maxEvents)} events`,
        `${String(maxEvents)} events`,
      );
    if (this.bytes > maxBytes)
      throw new InvocationTooLargeError(`${String(this.bytes)} bytes`, `${String(maxBytes)} bytes`);
  }
}
