import { uuidv7 } from 'uuidv7';
import type { OutboxMessage } from '@made-open/postgres';
import type { EntityDefinition } from './entity-types.ts';
import type { NormalisedItem } from '../items/normalise-item.ts';

/** Where the entities of a frame come from. */
export interface EntitySource {
  readonly spaceId: string;
  readonly connectionId: string;
  readonly pluginId: string;
}

/** An entity that was created, updated or deleted. */
export interface EntityChange {
  readonly id: string;
  readonly externalId: string;
  readonly version: number;
  /** Absent for a deletion. */
  readonly item?: NormalisedItem;
}

const maxBatchBytes = 256 * 1024;

/** CloudEvents batches of one subject, each of at most 256 KB: what the outbox publishes. */
export function entityEvents(
  definition: EntityDefinition,
  subject: string,
  source: EntitySource,
  changes: readonly EntityChange[],
): OutboxMessage[] {
  const time = new Date().toISOString();
  const origin = `"space_id":${JSON.stringify(source.spaceId)},"connection_id":${JSON.stringify(source.connectionId)},"plugin_id":${JSON.stringify(source.pluginId)}`;
  const batches: OutboxMessage[] = [];
  let batch: string[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (batch.length > 0) batches.push({ subject, payload: `[${batch.join(',')}]` });
    batch = [];
    bytes = 0;
  };
  for (const change of changes) {
    const event = eventText(definition, { subject, time, origin }, change);
    const size = Buffer.byteLength(event) + 1;
    if (bytes + size > maxBatchBytes) flush();
    batch.push(event);
    bytes += size;
  }
  flush();
  return batches;
}

/** The model's fields of an item, as events and the API show them. */
export function fieldsOf(
  definition: EntityDefinition,
  { values, attributes }: NormalisedItem,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [index, { field, kind }] of definition.columns.entries()) {
    const value = values[index];
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0))
      continue;
    fields[field] = kind === 'time' ? new Date(Number(value)).toISOString() : value;
  }
  if (attributes !== null) fields['attributes'] = JSON.parse(attributes);
  return fields;
}

/** Written by hand: this is the hot path, and every value is either ours or goes through JSON.stringify. */
function eventText(
  definition: EntityDefinition,
  { subject, time, origin }: { subject: string; time: string; origin: string },
  change: EntityChange,
): string {
  const entity = `{"entity_id":"${change.id}",${origin},"external_id":${JSON.stringify(change.externalId)},"version":${String(change.version)}}`;
  const model =
    change.item === undefined
      ? ''
      : `,"${definition.table}":${JSON.stringify(fieldsOf(definition, change.item))}`;
  return `{"specversion":"1.0","id":"${uuidv7()}","source":"/etl","type":"${subject}","subject":"${change.id}","time":"${time}","datacontenttype":"application/json","data":{"entity":${entity}${model}}}`;
}
