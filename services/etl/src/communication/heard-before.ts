import { textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';

/** As it is kept: an id may be an address. */
export const hashOf = (id: string): string =>
  `substring(sha256(convert_to(${id}, 'UTF8')) from 1 for 16)`;

const find: Statement = {
  name: 'find_channel_events',
  text: `select t.id from unnest($3::text[]) as t (id) where exists (
      select from channel_event e where e.connection_key = $1 and e.kind = $2 and e.id = ${hashOf('t.id')}
    )`,
};
const remember: Statement = {
  name: 'remember_channel_events',
  text: `insert into channel_event (connection_key, kind, id, is_made)
    select $1::int, $2::text, ${hashOf('t.id')}, t.is_made from unnest($3::text[], $4::boolean[]) as t (id, is_made)
    on conflict do nothing`,
};

type Kind = 'message' | 'call' | 'fax';

/** Which of these ids of a provider were told of before. */
export async function heardBefore(
  session: Session,
  connectionKey: number,
  { kind, ids }: { kind: Kind; ids: readonly string[] },
): Promise<ReadonlySet<string>> {
  const { rows } = await session.run<{ id: string }>(find, [connectionKey, kind, textArray(ids)]);
  return new Set(rows.map(({ id }) => id));
}

/** `isMade`: etl has made the message, which no sync need see. */
export async function rememberHeard(
  session: Session,
  connectionKey: number,
  {
    kind,
    heard,
  }: { kind: Kind; heard: readonly { readonly id: string; readonly isMade: boolean }[] },
): Promise<void> {
  await session.run(remember, [
    connectionKey,
    kind,
    textArray(heard.map(({ id }) => id)),
    heard.map(({ isMade }) => isMade),
  ]);
}
