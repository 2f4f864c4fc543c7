import { webhookUrlOf } from './webhook-url.ts';

describe('where a provider may report', () => {
  const proven = { id: 'c', webhooks: [{ name: 'status', verify: 'twilio' }] };

  it('is the address of the webhooks', () => {
    expect(webhookUrlOf(proven, 'https://hooks.example.com/')).toBe(
      'https://hooks.example.com/webhooks/c',
    );
  });

  it.each([
    ['nobody outside reaches the platform', proven, ''],
    ['it takes no webhooks', { ...proven, webhooks: [] }, 'https://a.example'],
    [
      'a token is needed',
      { id: 'c', webhooks: [{ name: '', verify: 'none' }] },
      'https://a.example',
    ],
  ])('is nowhere when %s', (_, connection, publicUrl) => {
    expect(webhookUrlOf(connection, publicUrl)).toBeUndefined();
  });
});
