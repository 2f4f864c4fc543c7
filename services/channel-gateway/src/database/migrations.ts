import { sql, type Generated, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import {
  addProviders,
  createConnections,
  type ConnectionTable,
  type ProviderSlotTable,
} from '../connections/tables.ts';
import {
  createDeliveries,
  createToldWebhooks,
  type DeliveryTable,
  type ToldWebhookTable,
} from '../deliveries/tables.ts';
import {
  addFaxes,
  createOutbound,
  orderByReceiver,
  rememberWhatMayHaveGone,
  type OutboundTables,
} from '../outbound/storage/tables.ts';

export interface ApiKeyTable {
  id: string;
  hash: string;
  name: string;
  space_id: string;
  scopes: string[];
  expires_at: Date;
  created_at: Generated<Date>;
  last_used_at: Date | null;
}

export interface GatewaySchema extends OutboundTables {
  api_key: ApiKeyTable;
  connection: ConnectionTable;
  provider_slot: ProviderSlotTable;
  delivery: DeliveryTable;
  told_webhook: ToldWebhookTable;
}

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-api-keys': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table api_key (
        id text primary key,
        hash text not null,
        name text not null,
        space_id text not null,
        scopes text[] not null,
        expires_at timestamptz not null,
        created_at timestamptz not null default now(),
        last_used_at timestamptz
      )`.execute(db);
    },
  },
  '0002-connections': { up: createConnections },
  '0003-deliveries': { up: createDeliveries },
  '0004-outbound': { up: createOutbound },
  '0005-told-webhooks': { up: createToldWebhooks },
  '0006-outbound-may-have-gone': { up: rememberWhatMayHaveGone },
  '0007-outbound-order': { up: orderByReceiver },
  '0008-faxes': { up: addFaxes },
  '0009-providers': { up: addProviders },
};
