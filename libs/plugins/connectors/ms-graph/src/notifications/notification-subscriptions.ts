import { requireConfig, type HostContext, type WebhookSubscription } from '@made-open/plugin-sdk';
import type { GraphClient } from '../account/graph-client.ts';
import type { Part } from '../config.ts';
import { list, text, type Json } from '../json.ts';

/** What is to be told of, and where. */
export interface Wanted {
  readonly url: string;
  readonly parts: ReadonlySet<Part>;
  readonly current: WebhookSubscription | undefined;
  readonly now: Date;
}

interface Held {
  readonly resource: string;
  readonly id: string;
  readonly expiresAt: string;
}

/** Files come with the schedule: a drive tells of its changes only to those who may write to it. */
const resources: readonly (readonly [Part, string])[] = [
  ['mail', 'me/messages'],
  ['calendar', 'me/events'],
  ['contacts', 'me/contacts'],
];
/** Microsoft takes at most 10,080 minutes for Outlook: less, since clocks differ. */
const lifeMs = 10_000 * 60_000;

/** The subscriptions of an account at Microsoft Graph, one for each resource; to the platform they are one. */
export class NotificationSubscriptions {
  readonly #client: GraphClient;
  readonly #context: HostContext;

  constructor(client: GraphClient, context: HostContext) {
    this.#client = client;
    this.#context = context;
  }

  /** Makes what is missing, renews what is there, and takes away what is too much, so that a call whose result is lost does no harm. */
  async keep({ url, parts, current, now }: Wanted): Promise<WebhookSubscription> {
    const clientState = requireConfig(this.#context, 'webhookClientState');
    const stateHash = this.#context.crypto.sha256(clientState).slice(0, 16);
    const wanted = resources.flatMap(([part, resource]) => (parts.has(part) ? [resource] : []));
    const expiresAt = new Date(now.getTime() + lifeMs).toISOString();
    const isStale = current !== undefined && current['stateHash'] !== stateHash;
    const known = (await this.#client.all('/subscriptions')).filter(
      (subscription) => text(subscription, 'notificationUrl') === url,
    );
    const kept = new Map<string, Held>();
    for (const subscription of known) {
      const resource = resourceOf(subscription);
      const isWanted = wanted.includes(resource) && !kept.has(resource) && !isStale;
      const held = isWanted ? await this.#renew(subscription, resource, expiresAt) : undefined;
      if (held !== undefined) kept.set(resource, held);
      else if (!isWanted) await this.#delete(text(subscription, 'id'));
    }
    for (const resource of wanted)
      if (!kept.has(resource))
        kept.set(resource, await this.#make({ resource, url, clientState, expiresAt }));
    return asOne([...kept.values()], { stateHash, expiresAt });
  }

  /** What Microsoft does not know any more is gone already. */
  async remove(subscription: WebhookSubscription): Promise<void> {
    for (const held of list(subscription, 'subscriptions')) await this.#delete(text(held, 'id'));
  }

  async #make(to: {
    resource: string;
    url: string;
    clientState: string;
    expiresAt: string;
  }): Promise<Held> {
    const body = {
      changeType: 'created,updated,deleted',
      notificationUrl: to.url,
      lifecycleNotificationUrl: to.url,
      resource: to.resource,
      expirationDateTime: to.expiresAt,
      clientState: to.clientState,
    };
    const about = `/${to.resource}`;
    const held = heldOf(
      await this.#client.change('POST', '/subscriptions', { body, about }),
      to.resource,
    );
    if (held === undefined)
      throw new Error(`Microsoft Graph answered without a subscription to ${to.resource}`);
    return held;
  }

  /** Undefined when it has gone meanwhile. */
  async #renew(
    subscription: Json,
    resource: string,
    expirationDateTime: string,
  ): Promise<Held | undefined> {
    const path = pathOf(text(subscription, 'id') ?? '');
    const options = { body: { expirationDateTime }, about: `/${resource}` };
    return heldOf(await this.#client.change('PATCH', path, options), resource);
  }

  async #delete(id: string | undefined): Promise<void> {
    if (id !== undefined) await this.#client.change('DELETE', pathOf(id));
  }
}

/** The first that runs out says when to renew them all. */
function asOne(
  subscriptions: readonly Held[],
  { stateHash, expiresAt }: { readonly stateHash: string; readonly expiresAt: string },
): WebhookSubscription {
  const [first] = subscriptions;
  const ends = subscriptions.map((held) => Date.parse(held.expiresAt));
  return {
    id: first?.id ?? 'none',
    expiresAt: new Date(Math.min(Date.parse(expiresAt), ...ends)).toISOString(),
    stateHash,
    subscriptions,
  };
}

function heldOf(subscription: Json | undefined, resource: string): Held | undefined {
  const id = text(subscription, 'id');
  const expiresAt = text(subscription, 'expirationDateTime');
  return id === undefined || expiresAt === undefined ? undefined : { resource, id, expiresAt };
}

function resourceOf(subscription: Json): string {
  return (text(subscription, 'resource') ?? '').replace(/^\//u, '').toLowerCase();
}

function pathOf(id: string): string {
  return `/subscriptions/${encodeURIComponent(id)}`;
}
