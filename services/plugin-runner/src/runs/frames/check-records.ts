import { lineCount, readRecords, recordCount, type RecordSection } from '@made-open/contracts';
import { allowsItem, allowsPublish, itemTables, isItemType, type Grant } from '@made-open/manifest';
import { CapabilityDeniedError, SandboxError } from '../../errors.ts';
import { defaultLimits } from '../../sandbox/sandbox-limits.ts';

/** What a frame holds, as its header says. */
export interface RecordsSummary {
  readonly items: number;
  readonly events: number;
  readonly hasCheckpoint: boolean;
  /** Why the sandbox could not take items; etl keeps them in quarantine. */
  readonly refusals: readonly string[];
}

const maxFrameBytes = 900 * 1024;
const maxItemBytes = defaultLimits.itemBytes;
const maxCheckpointBytes = 64 * 1024;

/** Checks form, sizes and permissions of a frame without reading its items; etl checks all of it again. */
export function checkRecords(bytes: Uint8Array, grants: readonly Grant[]): RecordsSummary {
  if (bytes.byteLength > maxFrameBytes)
    throw tooLarge('frame', 'a frame', bytes.byteLength, maxFrameBytes);
  const { sections, lines } = readRecords(bytes);
  const refusals = sections.flatMap((section) =>
    section.kind === 'refused' ? section.reasons : [],
  );
  const summary = { items: 0, events: 0, hasCheckpoint: false, refusals };
  let line = 0;
  for (const section of sections) {
    checkPermission(section, grants);
    const count = lineCount(section);
    checkSizes(section, lines.slice(line, line + count));
    line += count;
    if (section.kind === 'checkpoint') summary.hasCheckpoint = true;
    else summary[section.kind === 'event' ? 'events' : 'items'] += recordCount(section);
  }
  return summary;
}

function checkPermission(section: RecordSection, grants: readonly Grant[]): void {
  if (section.kind === 'checkpoint' || section.kind === 'refused') return;
  if (section.kind === 'event') {
    const denied = section.subjects.find((subject) => !allowsPublish(grants, subject));
    if (denied !== undefined) throw new CapabilityDeniedError(`event:publish:${denied}`);
    return;
  }
  // Items of a type that does not exist are single faults: etl puts them into quarantine.
  if (isItemType(section.type) && !allowsItem(grants, section.type))
    throw new CapabilityDeniedError(`data:write:${itemTables[section.type]}`);
}

/** The guest has checked them already; one that is no longer ours may not have. */
function checkSizes(section: RecordSection, lines: readonly Uint8Array[]): void {
  const limit = section.kind === 'checkpoint' ? maxCheckpointBytes : maxItemBytes;
  const index = lines.findIndex((line) => line.byteLength > limit);
  const line = lines[index];
  if (line === undefined) return;
  const name = 'ids' in section ? `item "${section.ids[index]?.slice(0, 64) ?? ''}"` : section.kind;
  throw tooLarge(section.kind, name, line.byteLength, limit);
}

function tooLarge(kind: string, name: string, bytes: number, limit: number): SandboxError {
  return new SandboxError({
    code: `sandbox.${kind}_too_large`,
    message: `${name} has ${String(bytes)} bytes; the limit is ${String(limit)}: leave out what is not needed`,
  });
}
