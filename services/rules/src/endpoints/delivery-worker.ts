import { describeError, writeEvents, type Bus } from '@made-open/bus';
import { EndpointDisabledSchema, routeSubject, WalletService } from '@made-open/contracts';
import { appendOutbox } from '@made-open/postgres';
import { sql, type Kysely, type Transaction } from 'kysely';
import { backOffMs } from '../back-off.ts';
import type { Reach } from '../egress/reach.ts';
import type { RulesTables } from '../tables.ts';
import { postNotice } from './post-notice.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Of Standard Webhooks; behind the last one a delivery has failed. */
const retryAfterMs = [5000, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs];
const maxTries = retryAfterMs.length + 1;
const disabledAfterDays = 5;
const unsignedRetryMs = 30_000;
const leaseSeconds = 60;
/** Requests of one replica at a time, and to one endpoint: one that does not answer keeps no other waiting. */
const maxInHand = 60;
const maxOfEndpoint = 3;
const gone = 410;

interface DueDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly spaceId: string;
  readonly name: string;
  readonly url: string;
  readonly body: string;
  readonly tries: number;
}

/** What a try came to; a `status` of 0 means that there was no answer. */
interface Attempt {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface DeliveryWorkerParts {
  readonly db: Kysely<RulesTables>;
  readonly bus: Pick<Bus, 'call'>;
  readonly reach: Reach;
  readonly onPublished: () => void;
  /** One has ended, and another may begin. */
  readonly onFree: () => void;
  readonly onFault: (error: unknown) => void;
}

/** Sends what endpoints are to be told, again and again for a day, and switches off those that take nothing for days. */
export class DeliveryWorker {
  readonly #parts: DeliveryWorkerParts;
  /** Attempts, with the endpoint of each. */
  readonly #inHand = new Map<Promise<void>, string>();

  constructor(parts: DeliveryWorkerParts) {
    this.#parts = parts;
  }

  /** Begins what is due, and waits for none of it as long as more can be begun; gives how many that were. */
  async workOff(): Promise<number> {
    if (this.#inHand.size >= maxInHand) {
      await Promise.race(this.#inHand.keys());
      return 1;
    }
    const due = await this.#claim();
    for (const delivery of due) this.#begin(delivery);
    return due.length;
  }

  /** Resolves when nothing is in hand any more. */
  async ended(): Promise<void> {
    await Promise.all(this.#inHand.keys());
  }

  #begin(delivery: DueDelivery): void {
    const { onFault, onFree } = this.#parts;
    const attempt = this.#attempt(delivery)
      .catch(onFault)
      .finally(() => {
        this.#inHand.delete(attempt);
        onFree();
      });
    this.#inHand.set(attempt, delivery.endpointId);
  }

  async #claim(): Promise<DueDelivery[]> {
    const busy = [...new Set(this.#inHand.values())];
    const free = maxInHand - this.#inHand.size;
    const { rows } = await sql<DueDelivery>`
      with due as (
        select d.id from endpoint e cross join lateral (
          select id, wake_at from endpoint_delivery
          where endpoint_id = e.id and state = 'pending' and wake_at <= now()
          order by wake_at for update skip locked limit ${maxOfEndpoint}) d
        where e.enabled and e.id <> all (${busy}::uuid[]) order by d.wake_at limit ${free})
      update endpoint_delivery d set tries = d.tries + 1, last_try_at = now(),
        wake_at = now() + ${leaseSeconds} * interval '1 second'
      from due, endpoint e where d.id = due.id and e.id = d.endpoint_id
      returning d.id, d.endpoint_id as "endpointId", e.space_id as "spaceId", e.name, e.url, d.body, d.tries`.execute(
      this.#parts.db,
    );
    return rows;
  }

  async #attempt(delivery: DueDelivery): Promise<void> {
    const body = Buffer.from(delivery.body);
    const headers = await this.#signed(delivery, body);
    if ('fault' in headers) return this.#postpone(delivery, headers);
    const attempt = await this.#post(delivery.url, headers.signed, body);
    await this.#parts.db.transaction().execute(async (trx) => {
      if (attempt.code === '') await delivered(trx, delivery, attempt);
      else await failed(trx, delivery, attempt);
    });
    this.#parts.onPublished();
  }

  async #signed(
    { id, spaceId, endpointId }: DueDelivery,
    body: Uint8Array,
  ): Promise<{ signed: Record<string, string> } | { fault: string; isFinal: boolean }> {
    const timestamp = BigInt(Math.floor(Date.now() / 1000));
    const request = { spaceId, endpointId, webhookId: id, timestamp, body: new Uint8Array(body) };
    try {
      const { signature } = await this.#parts.bus.call(WalletService.method.signWebhook, request);
      return {
        signed: {
          'content-type': 'application/json',
          'user-agent': 'Made-Open-Webhooks/1',
          'webhook-id': id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signature,
        },
      };
    } catch (error) {
      const { code, retry } = describeError(error);
      return { fault: code, isFinal: retry === 'never' };
    }
  }

  async #post(url: string, headers: Record<string, string>, body: Uint8Array): Promise<Attempt> {
    try {
      const status = await postNotice(this.#parts.reach, url, { headers, body });
      return status >= 200 && status < 300
        ? { status, code: '', message: '' }
        : {
            status,
            code: 'rules.endpoint_refused',
            message: `the endpoint answered ${String(status)}`,
          };
    } catch (error) {
      const { code, message, retry } = describeError(error);
      return { status: 0, code, message: retry === undefined ? 'an unknown error' : message };
    }
  }

  /** Nothing was sent, which is not the fault of the endpoint: it does not count as a try. */
  async #postpone(
    { id }: DueDelivery,
    { fault, isFinal }: { fault: string; isFinal: boolean },
  ): Promise<void> {
    await this.#parts.db
      .updateTable('endpoint_delivery')
      .set({
        state: isFinal ? 'failed' : 'pending',
        tries: sql`tries - 1`,
        error_code: fault,
        error_message: 'the wallet did not sign the request',
        wake_at: sql`now() + ${unsignedRetryMs} * interval '1 millisecond'`,
      })
      .where('id', '=', id)
      .execute();
  }
}

/** Its content is needed no more. */
async function delivered(
  trx: Transaction<RulesTables>,
  { id, endpointId }: DueDelivery,
  { status }: Attempt,
): Promise<void> {
  await trx
    .updateTable('endpoint_delivery')
    .set({ state: 'delivered', http_status: status, error_code: '', error_message: '', body: null })
    .where('id', '=', id)
    .execute();
  await trx
    .updateTable('endpoint')
    .set({ failing_since: null })
    .where('id', '=', endpointId)
    .where('failing_since', 'is not', null)
    .execute();
}

async function failed(
  trx: Transaction<RulesTables>,
  delivery: DueDelivery,
  { status, code, message }: Attempt,
): Promise<void> {
  const waitMs = backOffMs(retryAfterMs, delivery.tries);
  await trx
    .updateTable('endpoint_delivery')
    .set({
      state: delivery.tries >= maxTries ? 'failed' : 'pending',
      http_status: status,
      error_code: code,
      error_message: message,
      wake_at: sql`now() + ${waitMs} * interval '1 millisecond'`,
    })
    .where('id', '=', delivery.id)
    .where('state', '=', 'pending')
    .execute();
  await trx
    .updateTable('endpoint')
    .set({ failing_since: sql`coalesce(failing_since, now())` })
    .where('id', '=', delivery.endpointId)
    .execute();
  await switchOff(trx, delivery, status);
}

/** One that says it is gone, or has taken nothing for days. */
async function switchOff(
  trx: Transaction<RulesTables>,
  { endpointId, spaceId, name }: DueDelivery,
  status: number,
): Promise<void> {
  const reason =
    status === gone
      ? 'the endpoint answered 410: it is gone'
      : `the endpoint has taken nothing for ${String(disabledAfterDays)} days`;
  const { numUpdatedRows } = await trx
    .updateTable('endpoint')
    .set({ enabled: false, disabled_reason: reason, updated_at: sql`now()` })
    .where('id', '=', endpointId)
    .where('enabled', '=', true)
    .$if(status !== gone, (query) =>
      query.where('failing_since', '<', sql<Date>`now() - ${disabledAfterDays} * interval '1 day'`),
    )
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  const subject = routeSubject(EndpointDisabledSchema);
  const message = { endpointId, spaceId, name, reason };
  const attributes = { type: subject, source: 'rules' };
  const payload = writeEvents(EndpointDisabledSchema, attributes, [{ message }]);
  await appendOutbox(trx, [{ subject, payload }]);
}
