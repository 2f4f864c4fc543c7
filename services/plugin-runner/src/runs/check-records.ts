import { readRecords, recordCount } from '@made-open/contracts';
import { allowsItem, allowsPublish, itemTables, isItemType, type Grant } from '@made-open/manifest';
import { CapabilityDeniedError, SandboxError } from '../errors.ts';

/** What a frame holds, as its header says. */
export interface RecordsSummary {
  readonly items: number;
  readonly events: number;
  readonly hasCheckpoint: boolean;
}

const maxFrameBytes = 900 * 1024;

/** Checks form, size and permissions of a frame without reading its items; etl checks all of it again. */
export function checkRecords(bytes: Uint8Array, grants: readonly Grant[]): RecordsSummary {
  if (bytes.byteLength > maxFrameBytes)
    throw new SandboxError({
      code: 'sandbox.frame_too_large',
      message: `a frame of ${String(bytes.byteLength)} bytes is larger than ${String(maxFrameBytes)}; make items smaller`,
    });
  let items = 0;
  let events = 0;
  let hasCheckpoint = false;
  for (const section of readRecords(bytes).sections) {
    if (section.kind === 'checkpoint') hasCheckpoint = true;
    else if (section.kind === 'event') {
      const denied = section.subjects.find((subject) => !allowsPublish(grants, subject));
      if (denied !== undefined) throw new CapabilityDeniedError(`event:publish:${denied}`);
      events += section.subjects.length;
    } else {
      if (!isItemType(section.type))
        throw new SandboxError({
          code: 'sandbox.item_invalid',
          message: `items have the type ${Object.keys(itemTables).join(', ')}; "${section.type.slice(0, 64)}" is none of them`,
        });
      if (!allowsItem(grants, section.type))
        throw new CapabilityDeniedError(`data:write:${itemTables[section.type]}`);
      items += recordCount(section);
    }
  }
  return { items, events, hasCheckpoint };
}
