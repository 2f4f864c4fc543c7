import { uuidv7 } from 'uuidv7';
import { bytesArray, int8Array, oids, textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';
import { hashLine } from './hash-lines.ts';
import type { RefusedRecord } from './read-frame.ts';

const save: Statement = {
  name: 'save_quarantine',
  // The same record again, as every full pass brings it, writes nothing.
  text: `insert into quarantine as q (id, connection_key, run_id, type, external_id, reason, hash, record)
    select x.id, $1::int, $2::text, x.type, x.external_id, x.reason, x.hash, x.record
    from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::int8[], $8::bytea[])
      as x (id, type, external_id, reason, hash, record)
    on conflict (connection_key, type, external_id) do update
    set id = excluded.id, run_id = excluded.run_id, reason = excluded.reason, hash = excluded.hash,
      record = excluded.record, created_at = now()
    where q.hash <> excluded.hash or q.reason <> excluded.reason`,
};

const release: Statement = {
  name: 'release_quarantine',
  text: `delete from quarantine
    where connection_key = $1 and type = $2 and external_id = any ($3::text[])`,
};

/** Keeps records that cannot be used, the last one for each type and id, until a good one comes or a person looks. */
export async function saveQuarantine(
  session: Session,
  { connectionKey, runId }: { connectionKey: number; runId: string },
  records: readonly RefusedRecord[],
): Promise<void> {
  const last = new Map(
    records.map((record) => [JSON.stringify([record.type, record.externalId]), record]),
  );
  const rows = [...last.values()];
  await session.run(save, [
    connectionKey,
    runId,
    `{${rows.map(() => uuidv7()).join(',')}}`,
    textArray(rows.map((row) => row.type)),
    textArray(rows.map((row) => row.externalId)),
    textArray(rows.map((row) => row.reason)),
    int8Array(rows.map((row) => hashLine(row.line, 0))),
    bytesArray(
      oids.bytea,
      rows.map((row) => row.line),
    ),
  ]);
}

/** Good records have come under these ids. */
export async function releaseQuarantine(
  session: Session,
  connectionKey: number,
  { type, ids }: { type: string; ids: readonly string[] },
): Promise<void> {
  await session.run(release, [connectionKey, type, textArray(ids)]);
}
