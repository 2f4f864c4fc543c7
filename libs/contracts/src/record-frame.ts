/** One run of records of the same kind within a frame. */
export type RecordSection =
  | { readonly kind: 'item' | 'delete'; readonly type: string; readonly ids: readonly string[] }
  | RefusedSection
  | { readonly kind: 'event'; readonly subjects: readonly string[] }
  | { readonly kind: 'checkpoint' };

/** Items that the sandbox could not take: each is told of, none has a line. */
export interface RefusedSection {
  readonly kind: 'refused';
  readonly type: string;
  /** Empty for an item without an id that could be stored. */
  readonly ids: readonly string[];
  readonly reasons: readonly string[];
  /** Bytes of each item as JSON; 0 when it is not JSON. */
  readonly sizes: readonly number[];
}

/** The records of a frame: its sections, and the text of each line as a view of the frame. */
export interface RecordFrame {
  readonly sections: readonly RecordSection[];
  /** Lines in the order of the sections; sections of deletes and refused items have none. */
  readonly lines: readonly Uint8Array[];
}

/** Records that do not have the form of `ItemFrame.records`. */
export class RecordFrameError extends Error {
  override readonly name = 'RecordFrameError';
  readonly code = 'items.frame_format';
  readonly retry = 'never';
}

const maxHeaderBytes = 512 * 1024;
const maxRecords = 500;
const maxIdLength = 512;
/** Each becomes messages of its own. */
const maxSubjects = 64;
const newLine = 10;
const ranks = { item: 0, refused: 0, delete: 1, event: 2, checkpoint: 3 } as const;
const maxReasonLength = 1024;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads the records of a frame without looking into them; throws RecordFrameError. */
export function readRecords(bytes: Uint8Array): RecordFrame {
  const end = bytes.indexOf(newLine);
  if (end < 0 || end > maxHeaderBytes)
    throw new RecordFrameError('the header line is missing or too long');
  const sections = readHeader(bytes.subarray(0, end));
  const lines = readLines(bytes, end + 1);
  const expected = sections.reduce((sum, section) => sum + lineCount(section), 0);
  if (lines.length !== expected)
    throw new RecordFrameError(
      `${String(lines.length)} lines where the header names ${String(expected)}`,
    );
  return { sections, lines };
}

/** How many records a frame holds. */
export function recordCount(section: RecordSection): number {
  if (section.kind === 'event') return section.subjects.length;
  return section.kind === 'checkpoint' ? 1 : section.ids.length;
}

/** How many lines stand for a section. */
export function lineCount(section: RecordSection): number {
  return section.kind === 'delete' || section.kind === 'refused' ? 0 : recordCount(section);
}

function readHeader(bytes: Uint8Array): RecordSection[] {
  let header: unknown;
  try {
    header = JSON.parse(decoder.decode(bytes));
  } catch (error) {
    throw new RecordFrameError('the header is not JSON', { cause: error });
  }
  const { v, sections } = asRecord(header);
  if (v !== 1 || !Array.isArray(sections))
    throw new RecordFrameError('the header is not of version 1');
  const read = sections.map(readSection);
  const order = read.map((section) => ranks[section.kind]);
  if (order.some((rank, index) => rank < (order[index - 1] ?? 0)))
    throw new RecordFrameError('the sections are not in their order');
  if (read.filter((section) => section.kind === 'checkpoint').length > 1)
    throw new RecordFrameError('a frame has one checkpoint at most');
  if (read.reduce((sum, section) => sum + recordCount(section), 0) > maxRecords)
    throw new RecordFrameError(`more than ${String(maxRecords)} records`);
  const subjects = read.flatMap((section) => (section.kind === 'event' ? section.subjects : []));
  if (new Set(subjects).size > maxSubjects)
    throw new RecordFrameError(`events of more than ${String(maxSubjects)} subjects`);
  return read;
}

function readSection(value: unknown): RecordSection {
  const { kind, type, ids, subjects, reasons, sizes } = asRecord(value);
  switch (kind) {
    case 'refused':
      return refusedSection({ type, ids, reasons, sizes });
    case 'item':
    case 'delete':
      if (typeof type !== 'string' || !isTexts(ids) || !ids.every(isId))
        throw new RecordFrameError(`a section of ${kind} records lacks its type or ids`);
      return { kind, type, ids };
    case 'event':
      if (!isTexts(subjects)) throw new RecordFrameError('a section of events lacks its subjects');
      return { kind, subjects };
    case 'checkpoint':
      return { kind };
    default:
      throw new RecordFrameError('a section is of an unknown kind');
  }
}

function refusedSection({
  type,
  ids,
  reasons,
  sizes,
}: Readonly<Record<'type' | 'ids' | 'reasons' | 'sizes', unknown>>): RefusedSection {
  if (
    typeof type !== 'string' ||
    !isTexts(ids) ||
    !ids.every((id) => id === '' || isId(id)) ||
    !isTexts(reasons) ||
    reasons.some((reason) => reason.length > maxReasonLength) ||
    !isSizes(sizes) ||
    reasons.length !== ids.length ||
    sizes.length !== ids.length
  )
    throw new RecordFrameError('a section of refused items lacks its type, ids, reasons or sizes');
  return { kind: 'refused', type, ids, reasons, sizes };
}

function readLines(bytes: Uint8Array, from: number): Uint8Array[] {
  const lines: Uint8Array[] = [];
  // Buffer finds a byte five times as fast as Uint8Array does.
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = from;
  while (start < bytes.length) {
    const end = buffer.indexOf(newLine, start);
    if (end < 0) throw new RecordFrameError('the last line does not end');
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function isId(id: string): boolean {
  return id.length > 0 && id.length <= maxIdLength && !id.includes('\u0000') && id.isWellFormed();
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isSizes(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((entry) => Number.isSafeInteger(entry) && Number(entry) >= 0)
  );
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new RecordFrameError('an object was expected');
  return { ...value };
}
