import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { WalletError } from '../errors.ts';

const runnerLifetimeHours = 25;

/** Tickets, and the public keys that runners bound with them. */
export class RunnerStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async announce(pluginId: string, ticketHash: string, expiresInSeconds: number): Promise<void> {
    await this.#pool.query(
      "insert into ticket (hash, plugin_id, expires_at) values ($1, $2, now() + $3 * interval '1 second')",
      [ticketHash, pluginId, expiresInSeconds],
    );
    await this.#pool.query('delete from ticket where expires_at < now()');
    await this.#pool.query('delete from runner where expires_at < now()');
  }

  /** Uses a ticket up and binds the key; a ticket works once, for its plugin. */
  async bind(pluginId: string, ticket: string, publicKey: Uint8Array): Promise<string> {
    if (publicKey.byteLength !== 32)
      throw new WalletError('ticket_refused', 'a runner key has 32 bytes');
    const hash = createHash('sha256').update(ticket).digest('hex');
    const { rowCount } = await this.#pool.query(
      'delete from ticket where hash = $1 and plugin_id = $2 and expires_at > now()',
      [hash, pluginId],
    );
    if (rowCount !== 1)
      throw new WalletError(
        'ticket_refused',
        'the ticket is unknown, used, expired or for another plugin',
      );
    const id = randomUUID();
    await this.#pool.query(
      "insert into runner (id, plugin_id, public_key, expires_at) values ($1, $2, $3, now() + $4 * interval '1 hour')",
      [id, pluginId, Buffer.from(publicKey), runnerLifetimeHours],
    );
    return id;
  }

  async publicKey(pluginId: string, runnerId: string): Promise<Uint8Array> {
    const { rows } = await this.#pool.query<{ public_key: Buffer }>(
      'select public_key from runner where id::text = $1 and plugin_id = $2 and expires_at > now()',
      [runnerId, pluginId],
    );
    const [row] = rows;
    if (row === undefined)
      throw new WalletError(
        'runner_refused',
        'the runner is not bound to this plugin, or its binding has expired',
      );
    return row.public_key;
  }
}
