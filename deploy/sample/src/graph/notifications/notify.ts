import { randomUUID } from 'node:crypto';
import type { MailboxChange } from '../mailbox/mailbox.ts';
import type { Subscription } from './subscription.ts';

const patienceMs = 10_000;

const types: Readonly<Record<string, string>> = {
  'me/messages': 'Message',
  'me/events': 'Event',
  'me/contacts': 'Contact',
};

/** Whether who stands behind an address wants notifications: it sends back, as text, what it was given. */
export async function isValidEndpoint(address: string, signal: AbortSignal): Promise<boolean> {
  const token = `Validation: Testing client application reachability <${randomUUID()}>`;
  const url = new URL(address);
  url.searchParams.set('validationToken', token);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain; charset=utf-8' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    const isText = (answer.headers.get('content-type') ?? '').startsWith('text/plain');
    return (await answer.text()) === token && answer.status === 200 && isText;
  } catch {
    return false;
  }
}

/** The status of the answer; undefined when none came. */
export async function postNotification(
  address: string,
  notification: object,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ value: [notification] }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    await answer.text();
    return answer.status;
  } catch {
    return undefined;
  }
}

/** Which resource has changed, and nothing of what it holds. */
export function notificationOf(
  { id, clientState, expiresAt }: Subscription,
  change: MailboxChange,
  ownerId: string,
): object {
  const type = types[change.resource] ?? 'Entity';
  const resource = `Users/${ownerId}/${type}s/${change.id}`;
  return {
    subscriptionId: id,
    subscriptionExpirationDateTime: expiresAt.toISOString(),
    changeType: change.type,
    resource,
    clientState: clientState ?? null,
    tenantId: '',
    resourceData: {
      '@odata.type': `#Microsoft.Graph.${type}`,
      '@odata.id': resource,
      '@odata.etag': `W/"${randomUUID()}"`,
      id: change.id,
    },
  };
}
