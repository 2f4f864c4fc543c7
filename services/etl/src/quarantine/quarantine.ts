import { uuidv7 } from 'uuidv7';
import { itemTables } from '@made-open/manifest';
import { bytesArray, int8Array, oids, textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';
import { hashLine } from '../items/hash-lines.ts';
import { isUnnamed, type RefusedRecord } from '../items/read-frame.ts';

/** Rows of one connection; of more, none are kept and all are counted. */
export const maxRows = 10_000;
/** Rows of them that remaps may take, so that a mapping that fails on everything leaves room for what syncs refuse. */
const maxRemapRows = 1000;
/** Records of one connection; what comes beyond is listed without its record. */
export const maxBytes = 64 * 1024 * 1024;

/** Beside what a sync refused of the same id, which may be newer than what the remap read. */
const remapSlot = 1n;

const save: Statement = {
  name: 'save_quarantine',
  // The same record again, as every full pass brings it, writes nothing.
  text: `with used as (
      select count(*) as n, count(*) filter (where q.slot = ${String(remapSlot)}) as remapped,
        coalesce(sum(octet_length(q.record)), 0) as bytes
      from quarantine q where q.connection_key = $1
    ), given as (
      select x.*, q.id is not null as is_known,
        octet_length(x.record) - coalesce(octet_length(q.record), 0) as growth
      from unnest($3::uuid[], $4::text[], $5::text[], $6::int8[], $7::text[], $8::int8[], $9::int8[], $10::bytea[])
        with ordinality as x (id, type, external_id, slot, reason, hash, size_bytes, record, place)
      left join quarantine q on q.connection_key = $1 and q.type = x.type and q.external_id = x.external_id
        and q.slot = x.slot
    ), measured as (
      select g.*, count(*) filter (where not is_known) over (order by place) as new_rows,
        coalesce(sum(growth) over (order by place), 0) as bytes
      from given g
    )
    insert into quarantine as q
      (id, connection_key, run_id, type, external_id, slot, reason, hash, size_bytes, record)
    select m.id, $1::int, $2::text, m.type, m.external_id, m.slot, m.reason, m.hash, m.size_bytes,
      case when used.bytes + m.bytes <= ${String(maxBytes)} then m.record end
    from measured m, used
    where m.is_known or (used.n + m.new_rows <= ${String(maxRows)}
      and (not $11::boolean or used.remapped + m.new_rows <= ${String(maxRemapRows)}))
    on conflict (connection_key, type, external_id, slot) do update
    set id = excluded.id, run_id = excluded.run_id, reason = excluded.reason, hash = excluded.hash,
      size_bytes = excluded.size_bytes, record = excluded.record, created_at = now()
    where q.hash <> excluded.hash or q.reason <> excluded.reason`,
};

const release: Statement = {
  name: 'release_quarantine',
  text: `delete from quarantine
    where connection_key = $1 and type = $2 and external_id = any ($3::text[])`,
};

const releaseRemapped: Statement = {
  name: 'release_remapped_quarantine',
  text: `${release.text} and slot = ${String(remapSlot)}`,
};

const dropUnseen: Statement = {
  name: 'drop_unseen_quarantine',
  text: `with known as materialized (
      select s.type, unnest(s.ids) as external_id from seen s where s.connection_key = $1 and s.run_id = $2
    )
    delete from quarantine where id = any (array(
      select q.id from quarantine q left join known k on k.type = q.type and k.external_id = q.external_id
      where q.connection_key = $1 and k.type is null and q.type <> all ('{event,checkpoint}')
        and (q.external_id = '' or q.type = any ($3::text[]))
    ))`,
};

const none = new Uint8Array();

/** Keeps records that cannot be used, the last one for each type and id, until a good one comes or a person looks. */
export async function saveQuarantine(
  session: Session,
  { connectionKey, runId, isRemap }: { connectionKey: number; runId: string; isRemap: boolean },
  records: readonly RefusedRecord[],
): Promise<void> {
  const slot = (record: RefusedRecord): bigint => slotOf(record, isRemap);
  const last = new Map(
    records.map((record) => [
      JSON.stringify([record.type, record.externalId, String(slot(record))]),
      record,
    ]),
  );
  const rows = [...last.values()];
  await session.run(save, [
    connectionKey,
    runId,
    `{${rows.map(() => uuidv7()).join(',')}}`,
    textArray(rows.map((row) => row.type)),
    textArray(rows.map((row) => row.externalId)),
    int8Array(rows.map(slot)),
    textArray(rows.map((row) => row.reason)),
    int8Array(rows.map((row) => hashLine(row.line ?? none, 0))),
    int8Array(rows.map((row) => BigInt(row.bytes))),
    bytesArray(
      oids.bytea,
      rows.map((row) => row.line),
    ),
    isRemap,
  ]);
}

/** Good records have come under these ids; those of a remap say nothing of what a sync refused. */
export async function releaseQuarantine(
  session: Session,
  connectionKey: number,
  { type, ids, isRemap }: { type: string; ids: readonly string[]; isRemap: boolean },
): Promise<void> {
  await session.run(isRemap ? releaseRemapped : release, [connectionKey, type, textArray(ids)]);
}

/** A full pass without items of unknown id has ended: what it did not bring is gone at the source, and so are its faults. */
export async function dropUnseenQuarantine(
  session: Session,
  { connectionKey, runId }: { connectionKey: number; runId: string },
): Promise<void> {
  await session.command('set local enable_hashjoin = on; set local enable_nestloop = off');
  await session.run(dropUnseen, [connectionKey, runId, textArray(Object.keys(itemTables))]);
  await session.command('set local enable_hashjoin = off; set local enable_nestloop = on');
}

/** Records without an id are told apart by what is wrong with them. */
function slotOf(record: RefusedRecord, isRemap: boolean): bigint {
  if (record.isOneOfMany === true) return hashLine(record.line ?? none, 0);
  if (isUnnamed(record)) return hashLine(Buffer.from(record.reason), 0);
  return isRemap ? remapSlot : 0n;
}
