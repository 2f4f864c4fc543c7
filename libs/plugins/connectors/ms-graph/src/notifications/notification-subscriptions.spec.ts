import type { WebhookSubscription } from '@made-open/plugin-sdk';
import { Account, failed } from '../../test/account.ts';

const url = 'https://hooks.example.com/webhooks/c';
const weekMs = 7 * 24 * 3_600_000;
const request = { webhook: '', url, current: undefined };
const held = (id: string, resource: string, notificationUrl = url): object => ({
  id,
  resource,
  notificationUrl,
  expirationDateTime: '2026-01-01T00:00:00Z',
});

describe('subscriptions to change notifications', () => {
  let account: Account;
  const calls = (): string[] => account.changes.map(({ call }) => call);
  const made = (id: string, resource: string): object => ({
    ...held(id, resource),
    expirationDateTime: '2026-01-07T00:00:00Z',
  });
  const subscribe = async (current?: WebhookSubscription): Promise<WebhookSubscription> => {
    const subscription = await account.subscribe({ ...request, current });
    if (subscription === undefined) throw new Error('the plugin asks for no subscription');
    return subscription;
  };

  beforeEach(() => {
    account = new Account();
    account.config = { accessToken: 'token', webhookClientState: 'a-secret-of-the-platform' };
    account.on(
      'POST /subscriptions',
      made('m', 'me/messages'),
      made('e', 'me/events'),
      made('c', 'me/contacts'),
    );
  });

  it('are made for mail, calendar and contacts, for less than a week, with the secret', async () => {
    const { id, expiresAt, subscriptions } = await subscribe();
    expect([id, expiresAt]).toEqual(['m', '2026-01-07T00:00:00.000Z']);
    expect(subscriptions).toEqual([
      { resource: 'me/messages', id: 'm', expiresAt: '2026-01-07T00:00:00Z' },
      { resource: 'me/events', id: 'e', expiresAt: '2026-01-07T00:00:00Z' },
      { resource: 'me/contacts', id: 'c', expiresAt: '2026-01-07T00:00:00Z' },
    ]);
    expect(account.asked).toEqual(['/subscriptions']);
    const bodies = account.changes.map(({ body }) => body as Record<string, string>);
    for (const { expirationDateTime, ...body } of bodies) {
      expect(Date.parse(expirationDateTime ?? '')).toBeLessThan(Date.now() + weekMs);
      expect(body).toEqual({
        changeType: 'created,updated,deleted',
        notificationUrl: url,
        lifecycleNotificationUrl: url,
        resource: expect.stringMatching(/^me\/(messages|events|contacts)$/u) as unknown,
        clientState: 'a-secret-of-the-platform',
      });
    }
  });

  it('keep the secret to themselves', async () => {
    expect(JSON.stringify(await subscribe())).not.toContain('a-secret-of-the-platform');
  });

  it('are made for what the connection brings alone', async () => {
    account.config['sync'] = ['calendar', 'files'];
    await subscribe();
    expect(account.changes).toEqual([
      {
        call: 'POST /subscriptions',
        body: expect.objectContaining({ resource: 'me/events' }) as unknown,
      },
    ]);
    account.config['sync'] = ['files'];
    expect(await subscribe()).toMatchObject({ id: 'none', subscriptions: [] });
  });

  it('are taken over when the result of an earlier call is lost, and leave those of others alone', async () => {
    account.config['sync'] = ['mail'];
    account.on('/subscriptions', {
      value: [
        held('other', 'me/messages', 'https://elsewhere.example/hook'),
        held('mine', '/me/messages'),
        held('twice', 'me/messages'),
        held('unwanted', 'me/events'),
      ],
    });
    account.on('PATCH /subscriptions/mine', made('mine', 'me/messages'));
    expect(await subscribe()).toMatchObject({ id: 'mine', expiresAt: '2026-01-07T00:00:00.000Z' });
    expect(calls()).toEqual([
      'PATCH /subscriptions/mine',
      'DELETE /subscriptions/twice',
      'DELETE /subscriptions/unwanted',
    ]);
  });

  it('are renewed, and one that has gone meanwhile is made anew', async () => {
    account.config['sync'] = ['mail', 'contacts'];
    const current = await subscribe();
    account.changes.length = 0;
    account.on('/subscriptions', { value: [held('m', 'me/messages'), held('e', 'me/contacts')] });
    account.on('PATCH /subscriptions/m', failed(404, 'ResourceNotFound'));
    account.on('PATCH /subscriptions/e', made('e', 'me/contacts'));
    account.on('POST /subscriptions', made('m2', 'me/messages'));
    const { subscriptions } = await subscribe(current);
    expect(calls()).toEqual([
      'PATCH /subscriptions/m',
      'PATCH /subscriptions/e',
      'POST /subscriptions',
    ]);
    expect(JSON.stringify(subscriptions)).toContain('"m2"');
  });

  it('are made anew with another secret', async () => {
    account.config['sync'] = ['mail'];
    const current = await subscribe();
    account.changes.length = 0;
    account.on('/subscriptions', { value: [held('m', 'me/messages')] });
    account.config['webhookClientState'] = 'another-secret-of-the-platform';
    await subscribe(current);
    expect(calls()).toEqual(['DELETE /subscriptions/m', 'POST /subscriptions']);
  });

  it('are ended one by one; those that are gone already are no fault', async () => {
    const current = await subscribe();
    account.changes.length = 0;
    account.on('DELETE /subscriptions/e', failed(404, 'ResourceNotFound'));
    await account.unsubscribe(current);
    expect(calls()).toEqual([
      'DELETE /subscriptions/m',
      'DELETE /subscriptions/e',
      'DELETE /subscriptions/c',
    ]);
  });

  it('say which permission is missing, and wait when they are told to', async () => {
    account.on('POST /subscriptions', failed(403, 'ExtensionError'));
    await expect(subscribe()).rejects.toThrow(/403 to POST \/subscriptions .*lacks Mail\.Read/u);
    account.on('POST /subscriptions', failed(429, 'TooManyRequests', { retryAfterMs: 60_000 }));
    await expect(subscribe()).rejects.toMatchObject({ status: 429, retryAfterMs: 60_000 });
  });

  it.each([
    { value: [{ subscriptionId: 'm', changeType: 'created', resource: 'Users/u/Messages/1' }] },
    { value: [{ subscriptionId: 'm', lifecycleEvent: 'missed' }] },
  ])('bring hints, for which nothing is asked and nothing returned', async (payload) => {
    expect(await account.notify(payload)).toBeUndefined();
    expect([account.asked, account.fetched, account.changes]).toEqual([[], [], []]);
  });
});
