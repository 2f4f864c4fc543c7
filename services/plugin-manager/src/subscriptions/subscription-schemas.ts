import type { Subscription } from '@made-open/contracts';
import { kinds, objectSchema } from '../problem-schema.ts';

const { text, time, count, orNull } = kinds;

/** Schemas of what the route of subscriptions answers. */
export const subscriptionSchemas = {
  Subscription: objectSchema(
    {
      webhook: { ...text, description: 'its name; empty for the bare path' },
      state: {
        type: 'string',
        enum: ['pending', 'active', 'renewing', 'removing', 'failed'],
        description:
          'pending: not made yet; failed: it cannot be made or renewed, or has run out; it is tried on',
      },
      expires_at: { ...orNull(time), description: 'null when it does not expire' },
      renewed_at: orNull(time),
      tries: { ...count, description: 'of the call that goes on or is tried again; 0 for none' },
      next_try_at: { ...orNull(time), description: 'when something is asked of the source again' },
      error: {
        type: ['object', 'null'],
        description: 'why its newest try failed',
        properties: { code: text, message: text },
      },
    },
    {
      webhook: 'changes',
      state: 'active',
      expires_at: '2026-11-24T06:00:00.000Z',
      renewed_at: '2026-11-21T06:00:00.000Z',
      tries: 0,
      next_try_at: '2026-11-23T05:50:00.000Z',
      error: null,
    },
  ),
  SubscriptionList: objectSchema(
    { data: { type: 'array', items: { $ref: '#/components/schemas/Subscription' } } },
    { data: [] },
  ),
};

export function subscriptionView(subscription: Subscription): object {
  const { errorCode: code, errorMessage: message } = subscription;
  return {
    webhook: subscription.webhook,
    state: subscription.state,
    expires_at: subscription.expiresAt || null,
    renewed_at: subscription.renewedAt || null,
    tries: subscription.tries,
    next_try_at: subscription.nextTryAt || null,
    error: code === '' ? null : { code, message },
  };
}
