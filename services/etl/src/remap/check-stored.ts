import { createHash } from 'node:crypto';
import type { Connection } from '../connections/connection.ts';
import { bytesArray, int8Array, oids, textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';
import type { EntityModel } from '../entities/entity-model.ts';
import { hashLine } from '../items/hash-lines.ts';
import type { FrameRecords, ItemBatch, RefusedRecord } from '../items/read-frame.ts';
import type { CheckedBatch } from '../items/write-items.ts';

const tab = 9;

/**
 * Asks which items of a remap change their entity, without waiting for the answer. Only one that is there and was made from the
 * same raw: what was deleted since it was read must not come back, and what was renewed since must not become old again.
 */
export function checkStored(
  session: Session,
  connection: Connection,
  batches: readonly ItemBatch[],
): CheckedBatch[] {
  return batches.map((batch) => {
    const hashes = batch.items.map(({ line }) => hashLine(line, connection.mappingVersion));
    const found = session
      .run<{ place: number; id: string; version: number }>(statementOf(batch.model), [
        connection.key,
        textArray(batch.items.map((item) => item.externalId)),
        int8Array(hashes),
        bytesArray(
          oids.bytea,
          batch.items.map(({ line }) => digestOfRaw(line)),
        ),
      ])
      .then(({ rows }) => rows);
    found.catch(() => undefined); // waited for with the rest of the pipeline
    return { batch, hashes, found };
  });
}

/** A remap writes entities and nothing else, whatever its frames ask for. */
export function entitiesAlone(records: FrameRecords): FrameRecords {
  return { ...records, deletes: [], deleteCount: 0, events: [] };
}

/** What a remap refuses is not kept: it can be made again from the entity's raw, which may be older than what waits there. */
export function withoutRecord({ type, externalId, reason, bytes }: RefusedRecord): RefusedRecord {
  return { type, externalId, reason, bytes };
}

function statementOf({ type }: EntityModel): Statement {
  return {
    name: `check_stored_${type}`,
    text: `select t.place::int as place, o.id, o.version
      from unnest($2::text[], $3::int8[], $4::bytea[]) with ordinality as t (external_id, hash, digest, place)
      cross join lateral (
        select e.id, e.version, e.hash, e.raw from "${type}" e
        where e.connection_key = $1 and e.external_id = t.external_id limit 1
      ) o
      where o.hash is distinct from t.hash and sha256(convert_to(o.raw::text, 'UTF8')) = t.digest`,
  };
}

function digestOfRaw(line: Uint8Array): Uint8Array {
  return createHash('sha256')
    .update(line.subarray(line.indexOf(tab) + 1))
    .digest();
}
