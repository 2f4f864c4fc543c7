import { randomUUID } from 'node:crypto';
import { GraphError } from '../requests/graph-error.ts';
import type { Mailbox, MailboxChange } from '../mailbox/mailbox.ts';
import { isValidEndpoint, notificationOf, postNotification } from './notify.ts';
import type { Subscription } from './subscription.ts';

/** One notification that was sent, or dropped. */
export interface SentNotification {
  readonly subscriptionId: string;
  /** Of the receiver's answer; undefined when none came, or it was dropped. */
  readonly status: number | undefined;
}

const minuteMs = 60_000;
const maxMinutes = 10_080;
const minMinutes = 45;

/** Change notifications of a mailbox: who is told, and what was told. */
export class Subscriptions {
  readonly sent: SentNotification[] = [];
  readonly #mailbox: Mailbox;
  readonly #held = new Map<string, Subscription>();
  readonly #stop = new AbortController();
  #toDrop = 0;

  constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox;
    mailbox.watch((change) => this.#tell(change));
  }

  all(): readonly Subscription[] {
    const now = new Date();
    for (const { id, expiresAt } of this.#held.values())
      if (expiresAt <= now) this.#held.delete(id);
    return [...this.#held.values()];
  }

  /** The receiver must answer with a text that it was given, before anything is sent to it. */
  async make(wanted: Omit<Subscription, 'id'>): Promise<Subscription> {
    const subscription = { ...wanted, id: randomUUID(), expiresAt: allowed(wanted.expiresAt) };
    const urls = new Set([wanted.notificationUrl, wanted.lifecycleNotificationUrl]);
    for (const url of urls)
      if (url !== undefined && !(await isValidEndpoint(url, this.#stop.signal)))
        throw new GraphError(
          400,
          'ValidationError',
          'Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.',
        );
    this.#held.set(subscription.id, subscription);
    return subscription;
  }

  renew(id: string, expiresAt: Date): Subscription {
    const renewed = { ...this.#one(id), expiresAt: allowed(expiresAt) };
    this.#held.set(id, renewed);
    return renewed;
  }

  remove(id: string): void {
    this.#held.delete(this.#one(id).id);
  }

  /** As if all had run out. */
  expireAll(): void {
    this.#held.clear();
  }

  /** The next notifications get lost. */
  drop(count: number): void {
    this.#toDrop += count;
  }

  stop(): void {
    this.#stop.abort();
  }

  #one(id: string): Subscription {
    const found = this.all().find((subscription) => subscription.id === id);
    if (found === undefined)
      throw new GraphError(404, 'ResourceNotFound', 'The object was not found.');
    return found;
  }

  #tell(change: MailboxChange): void {
    for (const subscription of this.all())
      if (subscription.resource === change.resource && subscription.changeTypes.has(change.type))
        void this.#send(subscription, change);
  }

  async #send(subscription: Subscription, change: MailboxChange): Promise<void> {
    const isDropped = this.#toDrop > 0;
    if (isDropped) this.#toDrop--;
    const notification = notificationOf(subscription, change, this.#mailbox.owner.id);
    const { signal } = this.#stop;
    const status = isDropped
      ? undefined
      : await postNotification(subscription.notificationUrl, notification, signal);
    this.sent.push({ subscriptionId: subscription.id, status });
  }
}

/** Less than 45 minutes becomes 45; more than a week is refused. */
function allowed(expiresAt: Date): Date {
  const minutes = (expiresAt.getTime() - Date.now()) / minuteMs;
  if (Number.isNaN(minutes) || minutes > maxMinutes)
    throw new GraphError(
      400,
      'ExtensionError',
      `Subscription expiration can only be ${String(maxMinutes)} minutes in the future.`,
    );
  return minutes < minMinutes ? new Date(Date.now() + minMinutes * minuteMs) : expiresAt;
}
