import { Effect } from '@made-open/contracts';
import type { Egress, EgressRequest, EgressResponse } from '@made-open/egress';
import { createHash } from 'node:crypto';
import { NotRepeatedError } from '../../errors.ts';

export interface OutwardRequest extends EgressRequest {
  /** Where it goes, when its URL has what another try has otherwise: a signature, or a token. */
  readonly place?: unknown;
}

interface Change {
  /** The whole request: a repetition of it has the same. */
  readonly what: string;
  effect: Effect;
}

/** Methods that change nothing (RFC 9110, 9.2.1). */
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface SendingWays {
  /** The provider takes a repetition for the same message, so nothing is held back. */
  readonly isIdempotent: boolean;
  /** It takes messages by GET, which then is no question. */
  readonly sendsByGet: boolean;
}

/**
 * Requests of one send, with what they may have done at the provider. What may have been done is not done again: behind an
 * answer that never came nothing more goes to the same place, and what was accepted does not go out a second time.
 */
export class EffectGuard {
  readonly #egress: Pick<Egress, 'request'>;
  readonly #isIdempotent: boolean;
  readonly #sendsByGet: boolean;
  readonly #changes: Change[] = [];
  readonly #barred = new Set<string>();
  /** Something was let out, be it a question. */
  hasReachedOut = false;

  constructor(egress: Pick<Egress, 'request'>, { isIdempotent, sendsByGet }: SendingWays) {
    this.#egress = egress;
    this.#isIdempotent = isIdempotent;
    this.#sendsByGet = sendsByGet;
  }

  /**
   * What all of it may have done. Where the plugin failed behind an acceptance, only that of its one request tells that the
   * message has gone: of several, the one that was accepted may have been a file, with the message still to come.
   */
  effect(hasFailed: boolean): Effect {
    const changes = this.#changes.filter(({ effect }) => effect !== Effect.NONE);
    if (changes.length === 0) return Effect.NONE;
    if (changes.every(({ effect }) => effect === Effect.REFUSED)) return Effect.REFUSED;
    if (!changes.some(({ effect }) => effect === Effect.DONE)) return Effect.UNKNOWN;
    const isTold = !hasFailed || (!this.#isIdempotent && isOneRequest(changes));
    return isTold ? Effect.DONE : Effect.UNKNOWN;
  }

  async request(wanted: OutwardRequest): Promise<EgressResponse> {
    const { method = 'GET', body } = wanted;
    this.hasReachedOut = true;
    const isQuestion = safe.has(method) && !(this.#sendsByGet && method === 'GET');
    if (isQuestion) return this.#egress.request(wanted);
    const place = `${method} ${placeOf(wanted)}`;
    const whole = `${place} ${digestOf(body)}`;
    if (this.#barred.has(place) || this.#barred.has(whole)) throw new NotRepeatedError(method);
    const change: Change = { what: whole, effect: Effect.NONE };
    this.#changes.push(change);
    // Also while it is under way: what it comes to is not known yet.
    this.#bar(whole);
    try {
      const onSending = (): void => {
        change.effect = Effect.UNKNOWN;
      };
      const response = await this.#egress.request({ ...wanted, onSending });
      change.effect = effectOf(response);
      return response;
    } finally {
      if (change.effect === Effect.UNKNOWN) this.#bar(place);
      if (change.effect === Effect.NONE || change.effect === Effect.REFUSED)
        this.#barred.delete(whole);
    }
  }

  #bar(what: string): void {
    if (!this.#isIdempotent) this.#barred.add(what);
  }
}

function isOneRequest(changes: readonly Change[]): boolean {
  return new Set(changes.map(({ what }) => what)).size === 1;
}

function effectOf({ status, headers }: EgressResponse): Effect {
  if (status >= 200 && status < 300) return Effect.DONE;
  if (status >= 400 && status < 500) return Effect.REFUSED;
  // Too busy to take it, and says so.
  if (status === 503 && headers['retry-after'] !== undefined) return Effect.REFUSED;
  return Effect.UNKNOWN;
}

/** As it goes out: without what only the asker sees of it. */
function placeOf({ url: asSent, place: url = asSent }: OutwardRequest): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : null;
  if (parsed === null) return String(url);
  parsed.hash = '';
  return parsed.href;
}

function digestOf(body: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(body ?? '')
    .digest('hex');
}
