import { OutboxRelay } from '@made-open/postgres';
import type { Platform } from './platform.ts';

/** The relay of a service's outbox: publishes with these headers, logs what waits, and measures it. Not started yet. */
export function outboxRelayOf<S>(
  { bus, database, databaseOptions, logger, metrics }: Platform<S>,
  headers: Readonly<Record<string, string>> = {},
): OutboxRelay {
  const read = (query: string) => async (): Promise<number> => {
    const { rows } = await database.pool.query<{ value: number }>(query);
    return rows[0]?.value ?? 0;
  };
  metrics.gauge(
    'outbox_oldest_seconds',
    'Age of the oldest message that waits in the outbox',
    read(
      'select extract(epoch from now() - created_at)::float8 as value from outbox order by id limit 1',
    ),
  );
  metrics.gauge(
    'outbox_refused_messages',
    'Messages that no stream will take, kept in the table outbox_refused',
    read('select count(*)::int as value from outbox_refused'),
  );
  return new OutboxRelay({
    database: databaseOptions,
    publish: ({ subject, payload, messageId }) =>
      bus.publishRaw(subject, payload, { messageId, headers }),
    onError: (error) => logger.warn('the outbox waits', { error }),
  });
}
