import { create } from '@bufbuild/protobuf';
import { readMessage } from '@made-open/bus';
import {
  InvocationResultSchema,
  InvokeSchema,
  type Invoke,
  type InvocationResult,
  type KeepSubscription,
} from '@made-open/contracts';
import { recordSubscription } from '../src/subscriptions/keep-subscriptions.ts';
import { pluginId } from './builders.ts';
import type { TurnedScheduler } from './turned-scheduler.ts';

interface AtSource {
  readonly id: string;
  readonly url: string;
  expiresAt: number;
}

const hourMs = 3_600_000;
const half = () => 0.5;

/**
 * The source of a turned scheduler, and the runner before it: makes subscriptions that end after some days, as the plugin of a
 * careful author asks for them.
 */
export class TurnedSource {
  readonly made: AtSource[] = [];
  readonly asked: Invoke[] = [];
  /** As which the next calls fail; what it did before stays done. */
  fault: 'refused' | 'lost' | 'forever' | undefined;
  readonly #scheduler: TurnedScheduler;
  readonly #lifeMs: number;
  #count = 0;

  constructor(scheduler: TurnedScheduler, lifeHours = 72) {
    this.#scheduler = scheduler;
    this.#lifeMs = lifeHours * hourMs;
  }

  /** Those that send now. */
  get alive(): AtSource[] {
    return this.made.filter(({ expiresAt }) => expiresAt > this.#now);
  }

  /** The source forgets what it was asked for. */
  forget(): void {
    this.made.length = 0;
  }

  /** Carries out what was asked since, as runners do. */
  async work(): Promise<void> {
    for (const command of this.#commands()) {
      this.asked.push(command);
      const result = this.#carryOut(command);
      if (result !== undefined) await this.record(result);
    }
  }

  record(result: InvocationResult): Promise<void> {
    return recordSubscription(this.#scheduler.store, pluginId, result, half);
  }

  get #now(): number {
    return this.#scheduler.store.now.getTime();
  }

  #commands(): Invoke[] {
    return this.#scheduler.store.published
      .filter(({ subject }) => subject.startsWith('cmd.plugin_runner.Invoke.'))
      .slice(this.asked.length)
      .map(({ payload }) => readMessage(InvokeSchema, Buffer.from(payload)));
  }

  #carryOut({
    invocationId,
    connectionId,
    try: tries,
    work,
  }: Invoke): InvocationResult | undefined {
    if (work.case !== 'subscription') throw new Error('something else was asked');
    const base = { invocationId, connectionId, try: tries };
    const { fault } = this;
    if (fault === 'refused' || fault === 'forever')
      return create(InvocationResultSchema, {
        ...base,
        error: { code: 'http.status', message: 'HTTP 503' },
        permanent: fault === 'forever',
      });
    const resultJson = work.value.remove ? this.#remove(work.value) : this.#subscribe(work.value);
    return fault === 'lost' ? undefined : create(InvocationResultSchema, { ...base, resultJson });
  }

  /** Renews what there is, also what it does not know of any more, and makes one only when there is none. */
  #subscribe({ url }: KeepSubscription): string {
    const expiresAt = this.#now + this.#lifeMs;
    const known = this.alive.find((subscription) => subscription.url === url);
    const subscription = known ?? { id: `s${String(++this.#count)}`, url, expiresAt };
    if (known === undefined) this.made.push(subscription);
    subscription.expiresAt = expiresAt;
    return JSON.stringify({ id: subscription.id, expiresAt: new Date(expiresAt).toISOString() });
  }

  #remove({ subscriptionJson }: KeepSubscription): string {
    const { id } = JSON.parse(subscriptionJson) as { id: string };
    const index = this.made.findIndex((subscription) => subscription.id === id);
    if (index >= 0) this.made.splice(index, 1);
    return '';
  }
}
