import { create, toJson } from '@bufbuild/protobuf';
import { writeEvents } from '@made-open/bus';
import {
  PluginEventEmittedSchema,
  pluginToken,
  routeSubject,
  type RecordFrame,
  type RecordSection,
} from '@made-open/contracts';
import { allowsItem, allowsPublish } from '@made-open/manifest';
import type { OutboxMessage } from '@made-open/postgres';
import type { PoolClient } from 'pg';
import { definitionOf, type EntityDefinition } from '../entities/entity-types.ts';
import { entityEvents } from '../entities/entity-events.ts';
import { FrameRefusedError } from '../errors.ts';
import type { LockedConnection } from './frame-writer.ts';
import { quarantine, writeItems } from './write-items.ts';

/** Counts of one frame. */
export interface SectionResult {
  created: number;
  updated: number;
  unchanged: number;
  deleted: number;
  quarantined: number;
  events: number;
}

export interface RecordsToWrite {
  readonly connection: LockedConnection;
  readonly runId: string;
  readonly epoch: number;
  readonly records: RecordFrame;
  /** Look into every raw text before it is written. */
  readonly strict: boolean;
}

/** Writes the records of a frame and appends its events to the outbox, all in the caller's transaction. */
export async function writeRecords(
  client: PoolClient,
  given: RecordsToWrite,
): Promise<SectionResult> {
  const result: SectionResult = {
    created: 0,
    updated: 0,
    unchanged: 0,
    deleted: 0,
    quarantined: 0,
    events: 0,
  };
  const outbox: OutboxMessage[] = [];
  let line = 0;
  for (const section of given.records.sections) {
    const count =
      section.kind === 'item'
        ? section.ids.length
        : section.kind === 'event'
          ? section.subjects.length
          : section.kind === 'checkpoint'
            ? 1
            : 0;
    const lines = given.records.lines.slice(line, line + count);
    line += count;
    outbox.push(...(await writeSection(client, given, { section, lines, result })));
  }
  if (outbox.length > 0)
    await client.query({
      name: 'outbox',
      text: 'insert into outbox (subject, payload) select * from unnest($1::text[], $2::text[])',
      values: [outbox.map((message) => message.subject), outbox.map((message) => message.payload)],
    });
  return result;
}

async function writeSection(
  client: PoolClient,
  given: RecordsToWrite,
  {
    section,
    lines,
    result,
  }: { section: RecordSection; lines: readonly Uint8Array[]; result: SectionResult },
): Promise<OutboxMessage[]> {
  const { connection } = given;
  switch (section.kind) {
    case 'item': {
      const definition = granted(connection, section.type);
      const written = await writeItems(client, { ...given, definition, ids: section.ids, lines });
      await client.query({
        name: 'seen',
        text: 'insert into seen (connection_id, run_id, type, ids) values ($1, $2, $3, $4)',
        values: [connection.id, given.runId, definition.type, section.ids],
      });
      await quarantine(client, { ...given, definition, faults: written.faults });
      result.created += written.created.length;
      result.updated += written.updated.length;
      result.unchanged += written.unchanged;
      result.quarantined += written.faults.length;
      return [
        ...entityEvents(definition, definition.created, sourceOf(connection), written.created),
        ...entityEvents(definition, definition.updated, sourceOf(connection), written.updated),
      ];
    }
    case 'delete': {
      const definition = granted(connection, section.type);
      const deleted = await deleteEntities(client, definition, connection.key, section.ids);
      result.deleted += deleted.length;
      return entityEvents(definition, definition.deleted, sourceOf(connection), deleted);
    }
    case 'event':
      result.events += section.subjects.length;
      return section.subjects.map((subject, index) =>
        pluginEvent(connection, subject, lines[index]),
      );
    case 'checkpoint':
      await client.query(
        `insert into checkpoint (connection_id, run_id, epoch, state) values ($1, $2, $3, $4)
         on conflict (connection_id) do update set run_id = $2, epoch = $3, state = $4, saved_at = now()`,
        [connection.id, given.runId, given.epoch, textOf(lines[0])],
      );
      return [];
  }
}

/** Removes entities by their id at the source; gives what was there, with the version of its deletion. */
export async function deleteEntities(
  client: PoolClient,
  definition: EntityDefinition,
  connectionKey: number,
  externalIds: readonly string[],
): Promise<{ id: string; externalId: string; version: number }[]> {
  const { rows } = await client.query<{ id: string; external_id: string; version: number }>(
    `delete from ${definition.table} where connection_key = $1 and external_id = any($2::text[]) returning id, external_id, version`,
    [connectionKey, externalIds],
  );
  return rows.map((row) => ({ id: row.id, externalId: row.external_id, version: row.version + 1 }));
}

export function sourceOf(connection: LockedConnection): {
  spaceId: string;
  connectionId: string;
  pluginId: string;
} {
  return {
    spaceId: connection.spaceId,
    connectionId: connection.id,
    pluginId: connection.pluginId,
  };
}

function granted(connection: LockedConnection, type: string): EntityDefinition {
  const definition = definitionOf(type);
  if (definition === undefined || !allowsItem(connection.grants, type))
    throw new FrameRefusedError(`the plugin may not write items of type "${type.slice(0, 64)}"`);
  return definition;
}

/** Published under the plugin's own name, so that no plugin can speak for a service. */
function pluginEvent(
  connection: LockedConnection,
  subject: string,
  line: Uint8Array | undefined,
): OutboxMessage {
  if (!allowsPublish(connection.grants, subject))
    throw new FrameRefusedError(`the plugin may not emit ${subject.slice(0, 300)}`);
  const wire = routeSubject(PluginEventEmittedSchema, {
    plugin: pluginToken(connection.pluginId),
    subject,
  });
  const payload: unknown = JSON.parse(textOf(line));
  const message = create(PluginEventEmittedSchema, { ...sourceOf(connection), subject });
  const [event]: unknown[] = JSON.parse(
    writeEvents(PluginEventEmittedSchema, { type: wire, source: 'etl' }, [{ message }]),
  );
  const data = {
    ...asObject(toJson(PluginEventEmittedSchema, message, { useProtoFieldName: true })),
    payload,
  };
  return { subject: wire, payload: JSON.stringify([{ ...asObject(event), data }]) };
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function textOf(line: Uint8Array | undefined): string {
  return new TextDecoder().decode(line);
}
