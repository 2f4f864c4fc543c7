import { readFileSync } from 'node:fs';
import { validateManifest } from '../index.ts';

const file = new URL('../../vectors/seed-ms-graph.plugin.json.txt', import.meta.url);
const graph = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
const secret = 'accessToken';
const firstError = (changes: object): string | undefined =>
  validateManifest({ ...graph, ...changes }).errors[0];

describe('what a manifest says of webhooks, channels and operators', () => {
  it.each([
    [{ verify: 'github' }, /lacks "secret"/u],
    [{ verify: 'github', secret: 'nowhere' }, /names no property/u],
    [{ verify: 'github', secret: 'constructor' }, /names no property/u],
    [{ verify: 'md5' }, /must be one of/u],
    [{ verify: 'none', name: 'A b' }, /name must match/u],
    [{ verify: 'none', generateSecret: true }, /generateSecret needs "secret"/u],
    [{ verify: 'sendgrid', secret, generateSecret: true }, /public key of the provider/u],
    [{ verify: 'basic', secret }, /lacks "username"/u],
    [{ verify: 'basic', secret, username: 'nowhere' }, /username names no property/u],
    [{ verify: 'github', secret, username: secret }, /for verify "basic" alone/u],
    [{ verify: 'public-key', secret }, /signature\.header is missing/u],
    [{ verify: 'hmac', secret, signature: { header: 'X', field: 'x' } }, /a header and a field/u],
    [
      { verify: 'hmac', secret, signature: { header: 'X', parts: ['timestamp'] } },
      /say where it comes/u,
    ],
    [
      {
        verify: 'hmac',
        secret,
        signature: { header: 'X', timestampHeader: 'T', timestampField: 't' },
      },
      /two places of the time/u,
    ],
    [{ verify: 'hmac', secret, signature: { header: 'X', parts: ['body'] } }, /parts/u],
    [{ verify: 'slack', secret, challenge: { field: 'challenge' } }, /together or not at all/u],
    [
      { verify: 'none', challenge: { field: 'c', when: { field: 't', equals: 'x' } } },
      /once the sender is proven/u,
    ],
    [{ verify: 'none', challenge: { echo: 'c', token: 't' } }, /compared with the secret/u],
    [{ verify: 'hmac', secret }, /^webhooks\[0\]\.signature\.header is missing/u],
    [{ verify: 'hmac', secret, signature: { prefix: 'v1=' } }, /signature\.header is missing/u],
    [{ verify: 'shared-secret', secret }, /does not say where the secret comes/u],
    [{ verify: 'shared-secret', secret, challenge: { echo: 'c' } }, /does not say where/u],
    [{ verify: 'github', secret, signature: { header: 'X' } }, /"github" has its own/u],
  ])('refuses the webhook %j', (webhook, message) => {
    expect(firstError({ permissions: ['network:inbound'], webhooks: [webhook] })).toMatch(message);
  });

  it.each([
    { verify: 'hmac', secret, signature: { header: 'X-Mac', timestampHeader: 'X-Time' } },
    { verify: 'shared-secret', secret, signature: { header: 'X-Token' } },
    { verify: 'shared-secret', secret, challenge: { token: 'token' } },
    { verify: 'telegram', secret, generateSecret: true },
    { verify: 'basic', secret, username: secret },
    {
      verify: 'hmac',
      secret,
      signature: {
        header: 'X-Mac',
        parts: ['url', { header: 'X-Id' }, { literal: '.' }, 'raw_body'],
      },
      challenge: { field: 'challenge', when: { field: 'type', equals: 'url_verification' } },
    },
    { verify: 'public-key', secret, signature: { field: 'signature' } },
    { verify: 'github', secret, challenge: { echo: 'hub.challenge', token: 'hub.verify_token' } },
    { verify: 'none', challenge: { echo: 'challenge' } },
  ])('accepts the webhook %j', (webhook) => {
    for (const type of ['connector', 'channel'])
      expect(
        firstError({ type, permissions: ['network:inbound'], webhooks: [webhook] }),
      ).toBeUndefined();
  });

  it('refuses two webhooks on one path', () => {
    const inbound = { permissions: ['network:inbound'] };
    const none = { verify: 'none' };
    for (const webhooks of [
      [none, none],
      [{ ...none, name: 'a' }, none, { ...none, name: 'a' }],
    ])
      expect(firstError({ ...inbound, webhooks })).toMatch(/has the same name/u);
  });

  it('keeps channels and operators to their types', () => {
    const operators = [{ name: 'isUrgent' }];
    expect(firstError({ channel: { type: 'sms' } })).toBe('channel is for type "channel" alone');
    expect(firstError({ type: 'channel', operators })).toMatch(/^operators are for type/u);
    expect(firstError({ type: 'channel', channel: { type: 'sms' } })).toBeUndefined();
    expect(firstError({ type: 'operator', operators })).toBeUndefined();
    expect(firstError({ type: 'operator', operators: [...operators, ...operators] })).toBe(
      'operators[1]: another operator has the same name',
    );
    expect(firstError({ type: 'operator' })).toBeUndefined();
  });
});
