import { GraphError, notAnswered } from '../requests/graph-error.ts';
import { wrongMethod, type GraphReply } from '../requests/graph-call.ts';
import { shownSubscription, type Subscription } from './subscription.ts';
import type { Subscriptions } from './subscriptions.ts';

/** A request about `/subscriptions`. */
export interface SubscriptionCall {
  readonly method: string;
  /** Behind `subscriptions`. */
  readonly id: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  /** Throws when the token may not read what a subscription tells of. */
  readonly permit: (resource: string) => void;
}

const known = new Set(['me/messages', 'me/events', 'me/contacts']);
const changeTypes = new Set(['created', 'updated', 'deleted']);

/** `/subscriptions…`: of mail, calendar and contacts of one account. */
export async function answerSubscriptions(
  subscriptions: Subscriptions,
  call: SubscriptionCall,
): Promise<GraphReply> {
  const { method, id, body } = call;
  if (id !== undefined) return aboutOne(subscriptions, id, call);
  if (method === 'GET')
    return { status: 200, body: { value: subscriptions.all().map(shownSubscription) } };
  if (method !== 'POST') throw wrongMethod();
  const wanted = wantedIn(body);
  call.permit(wanted.resource);
  return { status: 201, body: shownSubscription(await subscriptions.make(wanted)) };
}

function aboutOne(
  subscriptions: Subscriptions,
  id: string,
  { method, body }: SubscriptionCall,
): GraphReply {
  if (method === 'DELETE') {
    subscriptions.remove(id);
    return { status: 204 };
  }
  if (method !== 'PATCH') throw notAnswered(`${method} of one subscription`);
  const renewed = subscriptions.renew(id, new Date(required(body, 'expirationDateTime')));
  return { status: 200, body: shownSubscription(renewed) };
}

function wantedIn(body: SubscriptionCall['body']): Omit<Subscription, 'id'> {
  const resource = required(body, 'resource').replace(/^\//u, '').toLowerCase();
  if (!known.has(resource)) throw notAnswered(`subscriptions to ${resource}`);
  const types = required(body, 'changeType').split(',');
  if (!types.every((type) => changeTypes.has(type))) throw invalid('changeType');
  const notificationUrl = required(body, 'notificationUrl');
  const lifecycle = body['lifecycleNotificationUrl'];
  const urls = [notificationUrl, lifecycle ?? notificationUrl];
  if (!urls.every((url) => typeof url === 'string' && URL.canParse(url)))
    throw invalid('notificationUrl');
  const { clientState } = body;
  return {
    resource,
    changeTypes: new Set(types),
    notificationUrl,
    lifecycleNotificationUrl: typeof lifecycle === 'string' ? lifecycle : undefined,
    clientState: typeof clientState === 'string' ? clientState : undefined,
    expiresAt: new Date(required(body, 'expirationDateTime')),
  };
}

function required(body: SubscriptionCall['body'], name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw invalid(name);
  return value;
}

function invalid(name: string): GraphError {
  return new GraphError(400, 'InvalidRequest', `The value of "${name}" is missing or invalid.`);
}
