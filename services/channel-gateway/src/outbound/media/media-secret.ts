import { sql, type Kysely } from 'kysely';
import { randomBytes } from 'node:crypto';
import type { GatewaySchema } from '../../database/migrations.ts';
import { orUnavailable } from '../../database/or-unavailable.ts';

/** The secret of links to files, made by the first replica that needs it. */
export async function mediaSecret(db: Kysely<GatewaySchema>): Promise<Uint8Array> {
  const { rows } = await orUnavailable(
    sql<{ secret: Buffer }>`
      with made as (
        insert into media_key (name, secret) values ('links', ${randomBytes(32)})
        on conflict (name) do nothing returning secret)
      select secret from made union all select secret from media_key where name = 'links'`.execute(
      db,
    ),
  );
  const [row] = rows;
  // Another replica made it in this very moment.
  return row?.secret ?? mediaSecret(db);
}
