import { ConnectionState, type ConnectionChanged } from '@made-open/contracts';
import type { DesiredSubscription, Subscription, SubscriptionWish } from './subscription.ts';

/** A webhook of a manifest, as far as its subscription goes. */
interface DeclaredWebhook {
  readonly name?: string;
  readonly verify?: string;
  readonly subscription?: { readonly renewBeforeSeconds?: number };
}

const wishes: Readonly<Record<ConnectionState, SubscriptionWish>> = {
  [ConnectionState.UNSPECIFIED]: 'held',
  [ConnectionState.INACTIVE]: 'held',
  [ConnectionState.ACTIVE]: 'wanted',
  [ConnectionState.PAUSED]: 'kept',
  [ConnectionState.DELETED]: 'gone',
};

/** The subscriptions that a connection should have. */
export function desiredSubscriptions(
  { connectionId, webhooksJson, state }: ConnectionChanged,
  publicUrl: string | undefined,
): DesiredSubscription[] {
  const wish = wishes[state] ?? 'held';
  return declared(webhooksJson).flatMap(({ name = '', verify, subscription }) => {
    if (subscription === undefined) return [];
    const isVerified = verify !== 'none';
    const url = addressOf({ connectionId, webhook: name, isVerified }, publicUrl);
    const { renewBeforeSeconds } = subscription;
    return [{ webhook: name, wish, isVerified, url, renewBeforeSeconds }];
  });
}

/** Where a source is to send; empty when nobody outside knows that, or it holds a token that only its hash is known of. */
export function addressOf(
  of: Pick<Subscription, 'connectionId' | 'webhook' | 'isVerified'>,
  publicUrl: string | undefined,
): string {
  if (publicUrl === undefined || !of.isVerified) return '';
  return `${publicUrl}/webhooks/${of.connectionId}${of.webhook === '' ? '' : `/${of.webhook}`}`;
}

/** plugin-manager has checked the manifest: what does not fit is of a newer one, and left out. */
function declared(json: string): DeclaredWebhook[] {
  if (json === '') return [];
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.filter(isWebhook) : [];
}

function isWebhook(value: unknown): value is DeclaredWebhook {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    isTextOrAbsent(fields.get('name')) &&
    isTextOrAbsent(fields.get('verify')) &&
    isSubscription(fields.get('subscription'))
  );
}

function isSubscription(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const before = fields.get('renewBeforeSeconds');
  return before === undefined || typeof before === 'number';
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
