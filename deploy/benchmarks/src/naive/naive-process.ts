import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { Client } from 'pg';
import type { NaiveAnswer, NaiveOrder, NaiveStart } from './naive-messages.ts';

/** Takes the orders of the benchmark; `start` makes what carries out a sync, in the runner alone. */
export function serveOrders(
  start: (options: NaiveStart) => Promise<(config: object) => Promise<number>>,
): void {
  let sync: ((config: object) => Promise<number>) | undefined;
  const carryOut = async (order: NaiveOrder): Promise<number> => {
    if (order.kind === 'sync') return (await sync?.(order.config)) ?? 0;
    sync = await start(order);
    return 0;
  };
  process.on('message', (order: NaiveOrder) => {
    carryOut(order).then(
      (count) => answer({ count }),
      (error: unknown) => answer({ count: 0, error: String(error) }),
    );
  });
  process.once('disconnect', () => process.exit(0));
}

export function connectNats({ natsPort, natsCredentials }: NaiveStart): Promise<NatsConnection> {
  return connect({
    port: natsPort,
    authenticator: credsAuthenticator(new TextEncoder().encode(natsCredentials)),
  });
}

export async function connectPostgres({ postgres }: NaiveStart): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    user: 'postgres',
    database: 'postgres',
    options: '-c search_path=naive,public',
    ...postgres,
  });
  await client.connect();
  return client;
}

function answer(message: NaiveAnswer): void {
  process.send?.(message);
}
