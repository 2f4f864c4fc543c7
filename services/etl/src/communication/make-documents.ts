import type { Connection } from '../connections/connection.ts';
import { textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';
import { entityModels } from '../entities/entity-model.ts';
import { hashLine } from '../items/hash-lines.ts';
import type { ItemLine } from '../items/read-frame.ts';
import type { WriteItems } from '../items/write-items.ts';
import { heardBefore, rememberHeard } from './heard-before.ts';

const model = entityModels.document;

const place: Statement = {
  name: 'place_documents',
  text: `select d.external_id, d.id::text as id from document d
    where d.connection_key = $1 and d.external_id = any ($2::text[])`,
};

export interface MakeDocumentsOptions {
  readonly session: Session;
  readonly connection: Connection;
  readonly items: WriteItems;
  /** The plugin may write documents, or it is not the plugin who writes. */
  readonly mayWrite: boolean;
}

/** Documents of faxes that were not heard of before, by their ids: where each is stored, empty when it may not be. */
export async function makeDocuments(
  { session, connection, items, mayWrite }: MakeDocumentsOptions,
  given: readonly ItemLine[],
): Promise<ReadonlyMap<string, string>> {
  const first = new Map(given.toReversed().map((item) => [item.externalId, item]));
  const ids = [...first.keys()];
  const heard = await heardBefore(session, connection.key, { kind: 'fax', ids });
  const news = [...first.values()].filter(({ externalId }) => !heard.has(externalId)).toReversed();
  if (news.length === 0) return new Map();
  if (mayWrite) await items.write([asNew(connection, news)], []);
  const newIds = news.map(({ externalId }) => externalId);
  const { rows } = await session.run<{ external_id: string; id: string }>(place, [
    connection.key,
    textArray(newIds),
  ]);
  const placed = new Map(rows.map((row) => [row.external_id, row.id]));
  await rememberHeard(session, connection.key, {
    kind: 'fax',
    heard: newIds.map((id) => ({ id, isMade: placed.has(id) })),
  });
  return new Map(newIds.map((id) => [id, placed.get(id) ?? '']));
}

function asNew({ mappingVersion }: Connection, items: readonly ItemLine[]) {
  const rows = items.map((_, index) => ({ place: index + 1, id: null, version: null }));
  return {
    batch: { model, items },
    hashes: items.map(({ line }) => hashLine(line, mappingVersion)),
    found: Promise.resolve(rows),
  };
}
