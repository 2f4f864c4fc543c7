import type { GuestRecord } from './guest-record.ts';
import { stringify } from '../primordials.ts';

interface Section {
  readonly kind: GuestRecord['kind'];
  readonly type: string;
  /** Ids of items, subjects of events. */
  readonly names: string[];
  readonly lines: string[];
  readonly reasons: string[];
  readonly sizes: number[];
}

const ranks = { item: 0, refused: 0, delete: 1, event: 2, checkpoint: 3 } as const;
/** Each subject becomes messages of its own. */
const maxSubjects = 64;

/** Gathers records into the text of `ItemFrame.records`: a header line, then lines by section. */
export class FrameWriter {
  #sections: Section[] = [];
  #rank = 0;
  #subjects: Record<string, true> = {};
  #subjectCount = 0;
  records = 0;
  /** Characters so far; a frame of 262144 has at most three times as many bytes. */
  size = 0;

  /** Adds a record; false when it must wait for the next frame: for the order of kinds, or the size. */
  put(record: GuestRecord, maxSize: number): boolean {
    const rank = ranks[record.kind];
    const reason = record.refusal?.reason ?? '';
    const size = record.line.length + 2 * (record.id.length + reason.length) + 8;
    if (this.records > 0 && (rank < this.#rank || this.#rank === ranks.checkpoint)) return false;
    if (this.records > 0 && this.size + size > maxSize) return false;
    if (record.kind === 'event' && !this.#hasRoomFor(record.id)) return false;
    append(this.#section(record), record);
    this.#rank = rank;
    this.records++;
    this.size += size;
    return true;
  }

  /** The frame's text; the writer is empty again. */
  take(): string {
    const sections: object[] = [];
    let lines = '';
    for (let index = 0; index < this.#sections.length; index++) {
      const section = this.#sections[index];
      if (section === undefined) continue;
      sections[index] = headerOf(section);
      for (let line = 0; line < section.lines.length; line++) lines += `${section.lines[line]}\n`;
    }
    this.#sections = [];
    this.#rank = 0;
    this.#subjects = {};
    this.#subjectCount = 0;
    this.records = 0;
    this.size = 0;
    return `${stringify({ v: 1, sections })}\n${lines}`;
  }

  #section({ kind, type }: GuestRecord): Section {
    for (let index = this.#sections.length - 1; index >= 0; index--) {
      const section = this.#sections[index];
      if (section?.kind === kind && section.type === type) return section;
    }
    const section: Section = { kind, type, names: [], lines: [], reasons: [], sizes: [] };
    this.#sections[this.#sections.length] = section;
    return section;
  }

  #hasRoomFor(subject: string): boolean {
    const key = `s:${subject}`; // never the name of an inherited property
    if (this.#subjects[key] === true) return true;
    if (this.#subjectCount >= maxSubjects) return false;
    this.#subjects[key] = true;
    this.#subjectCount++;
    return true;
  }
}

function append(section: Section, { kind, id, line, refusal }: GuestRecord): void {
  section.names[section.names.length] = id;
  if (refusal !== undefined) {
    section.reasons[section.reasons.length] = refusal.reason;
    section.sizes[section.sizes.length] = refusal.bytes;
  } else if (kind !== 'delete') section.lines[section.lines.length] = line;
}

function headerOf({ kind, type, names, reasons, sizes }: Section): object {
  if (kind === 'refused') return { kind, type, ids: names, reasons, sizes };
  if (kind === 'event') return { kind, subjects: names };
  return kind === 'checkpoint' ? { kind } : { kind, type, ids: names };
}
