import type { Kysely } from 'kysely';
import type { GatewaySchema } from '../../database/migrations.ts';
import { orUnavailable } from '../../database/or-unavailable.ts';
import { ProviderSlots, type ProviderSlot } from './provider-slots.ts';

export class PostgresProviderSlots extends ProviderSlots {
  readonly #db: Kysely<GatewaySchema>;

  constructor(db: Kysely<GatewaySchema>) {
    super();
    this.#db = db;
  }

  override async apply({ spaceId, slot, ...of }: ProviderSlot): Promise<void> {
    const values = {
      plugin_id: of.pluginId,
      connection_id: of.connectionId,
      revision: of.revision,
    };
    await orUnavailable(
      this.#db
        .insertInto('provider_slot')
        .values({ space_id: spaceId, slot, ...values })
        .onConflict((conflict) =>
          conflict
            .columns(['space_id', 'slot'])
            .doUpdateSet(values)
            .where('provider_slot.revision', '<', values.revision),
        )
        .execute(),
    );
  }

  override async connectionOf(spaceId: string, slot: string): Promise<string | undefined> {
    const row = await orUnavailable(
      this.#db
        .selectFrom('provider_slot')
        .select('connection_id')
        .where('space_id', '=', spaceId)
        .where('slot', '=', slot)
        .where('connection_id', '<>', '')
        .executeTakeFirst(),
    );
    return row?.connection_id;
  }
}
