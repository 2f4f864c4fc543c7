import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ListStoredRawRequest, ListStoredRawResponseSchema } from '@made-open/contracts';
import { allowsItem } from '@made-open/manifest';
import type { Pool } from 'pg';
import type { Connection } from '../connections/connection.ts';
import { allEntityModels, type EntityModel } from '../entities/entity-model.ts';
import { ForbiddenError } from '../errors.ts';
import { firstPlace, readRawCursor, writeRawCursor, type RawPlace } from './raw-cursor.ts';

type Page = MessageInitShape<typeof ListStoredRawResponseSchema>;
type Question = Pick<
  ListStoredRawRequest,
  'runId' | 'epoch' | 'attempt' | 'cursor' | 'pluginVersion'
>;

const pageRows = 500;
/** Of the text as it is; what is read beyond is cut by what it takes in an answer. */
const readBytes = 384 * 1024;
const answerBytes = 700 * 1024;
/** More than a runner takes of an item. */
const maxRawBytes = 256 * 1024;

interface FenceRow {
  readonly remap_cursor: string | null;
  readonly remap_epoch: number;
}

interface RawRow {
  readonly external_id: string;
  readonly raw: string | null;
}

/** A page of what the entities of a connection were made from, of types that the plugin may write. */
export async function listStoredRaw(
  pool: Pool,
  connection: Connection,
  question: Question,
): Promise<Page> {
  const fence = await runUnderWay(pool, connection, question);
  const saved = savedPlace(fence, question);
  const checkpointEpoch = saved === undefined ? 0 : fence.remap_epoch;
  let place: RawPlace | undefined =
    question.cursor === ''
      ? (saved ?? firstPlace(question.pluginVersion))
      : readRawCursor(question.cursor);
  for (; place !== undefined; place = behind(place)) {
    const rows = await readRows(pool, connection, place);
    const last = rows.at(-1);
    if (last === undefined) continue;
    const nextCursor = writeRawCursor({ ...place, after: last.external_id });
    return { items: itemsOf(place, rows), nextCursor, checkpointEpoch };
  }
  return { checkpointEpoch };
}

/** What an earlier version had mapped does not count. */
function savedPlace(
  { remap_cursor: cursor }: FenceRow,
  { pluginVersion }: Question,
): RawPlace | undefined {
  const place = cursor === null ? undefined : readRawCursor(cursor);
  return place?.version === pluginVersion ? place : undefined;
}

/** Raw payloads are for a remap alone, and only as long as it is the run of the connection. */
async function runUnderWay(
  pool: Pool,
  { key, id }: Connection,
  { runId, epoch, attempt }: Question,
): Promise<FenceRow> {
  const { rows } = await pool.query<FenceRow>(
    `select remap_cursor, remap_epoch::float8 as remap_epoch from run_fence
     where connection_key = $1 and run_id = $2 and epoch = $3 and attempt = $4 and is_remap and not ended`,
    [key, runId, epoch, attempt],
  );
  const [fence] = rows;
  if (fence === undefined)
    throw new ForbiddenError(`run ${runId} is not the remap under way of connection "${id}"`);
  return fence;
}

async function readRows(
  pool: Pool,
  { key, grants }: Connection,
  { model, after }: RawPlace,
): Promise<RawRow[]> {
  if (!allowsItem(grants, model.type)) return [];
  const { rows } = await pool.query<RawRow>(
    `with page as (
        select e.external_id, e.raw::text as raw from "${model.type}" e
        where e.connection_key = $1 and e.external_id > $2 order by e.external_id limit ${String(pageRows)}
      ), usable as (
        select external_id,
          case when raw <> 'null' and octet_length(raw) <= ${String(maxRawBytes)} then raw end as raw from page
      ), measured as (
        select u.*, sum(coalesce(octet_length(raw), 0)) over (order by external_id) - coalesce(octet_length(raw), 0)
          as bytes_before from usable u
      )
      select external_id, raw from measured where bytes_before < ${String(readBytes)} order by external_id`,
    [key, after],
  );
  return withinAnswer(rows);
}

/** Quotes take twice their room in an answer; the first row always fits. */
function withinAnswer(rows: readonly RawRow[]): RawRow[] {
  let bytes = 0;
  const end = rows.findIndex(({ external_id: id, raw }, index) => {
    bytes += Buffer.byteLength(JSON.stringify([id, raw]));
    return index > 0 && bytes > answerBytes;
  });
  return rows.slice(0, end < 0 ? rows.length : end);
}

function itemsOf({ model }: RawPlace, rows: readonly RawRow[]): NonNullable<Page['items']> {
  return rows.flatMap(({ external_id: externalId, raw }) =>
    raw === null ? [] : [{ type: model.type, externalId, rawJson: raw }],
  );
}

function behind({ model, version }: RawPlace): RawPlace | undefined {
  const next: EntityModel | undefined = allEntityModels[allEntityModels.indexOf(model) + 1];
  return next === undefined ? undefined : { model: next, after: '', version };
}
