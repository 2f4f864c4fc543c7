import { readPayload } from '@made-open/nest';
import { createHash } from 'node:crypto';
import type { Webhook } from '../connections/webhook.ts';
import { aRequest } from '../../test/inbound/a-request.ts';
import { conversationKeyOf } from './conversation-key.ts';
import { providerIdOf } from './provider-id.ts';

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

function idOf(webhook: Partial<Webhook>, type: string, text: string, headers = {}): string {
  const request = aRequest({ body: text, headers: { 'content-type': type, ...headers } });
  return providerIdOf(
    { name: '', verify: 'none', ...webhook },
    request,
    readPayload(type, request.body),
  );
}

function keyOf(webhook: Partial<Webhook>, type: string, text: string): string {
  return conversationKeyOf(
    { name: '', verify: 'none', ...webhook },
    readPayload(type, Buffer.from(text)),
  );
}

const partlySigned = (parts: readonly (string | object)[], deliveryId?: object) =>
  ({
    verify: 'hmac',
    signature: { header: 'X-Mac', parts },
    ...(deliveryId === undefined ? {} : { deliveryId }),
  }) as Partial<Webhook>;

describe('providerIdOf', () => {
  it('of a sender that signs not the whole body is the proof, unless what it names is signed', () => {
    const proof = `proof:${createHash('sha256').update('m1').digest('hex')}`;
    const headers = { 'x-mac': 'm1', 'x-id': 'id-1' };
    const of = (webhook: Partial<Webhook>) => idOf(webhook, json, '{"id":"7"}', headers);
    const fields = ['id'];
    expect(of(partlySigned(['url', 'sorted_form_params']))).toBe(proof);
    expect(of(partlySigned(['url'], { fields }))).toBe(proof);
    expect(of(partlySigned(['url', { field: 'id' }], { fields }))).toBe('7');
    expect(of(partlySigned([{ field: 'id' }], { fields, header: 'X-Id' }))).toBe(proof);
    expect(of(partlySigned(['raw_body'], { fields }))).toBe('7');
    expect(() => idOf(partlySigned(['url']), json, '{}')).toThrow();
  });

  it.each(['hmac', 'public-key'])('of %s believes no header that is not signed', (verify) => {
    const of = (parts: readonly object[] | undefined, id: string, deliveryId: object) => {
      const signature = { header: 'X-Mac', ...(parts === undefined ? {} : { parts }) };
      const webhook = { verify, signature, deliveryId } as Partial<Webhook>;
      return idOf(webhook, json, '{"id":"7"}', { 'x-mac': 'm1', 'x-id': id });
    };
    const ids = (...given: [readonly (string | object)[] | undefined, object]) =>
      new Set(['a', 'b'].map((id) => of(given[0] as readonly object[], id, given[1])));
    const header = 'X-Id';
    for (const parts of [undefined, ['raw_body'], ['body_sha256', { literal: 'X-Id' }]]) {
      expect(ids(parts, { header }).size).toBe(1);
      expect(ids(parts, { header, fields: ['id'] })).toEqual(new Set(['7']));
    }
    const signed = ['raw_body', { header: 'x-id' }];
    expect(ids(signed, { header })).toEqual(new Set(['a', 'b']));
    expect(ids(signed, { header, fields: ['id'] })).toEqual(new Set(['a:7', 'b:7']));
  });

  it('of a signed body is the same by whatever type it is called', () => {
    const webhook = {
      verify: 'hmac',
      signature: { header: 'X-Mac' },
      deliveryId: { fields: ['id'] },
    };
    const headers = { 'x-mac': 'm1' };
    for (const text of ['{"id":"7"}', 'id=7&a=%7B%7D', '{"other":1}']) {
      const ids = [json, form, 'text/plain', 'multipart/form-data; boundary=b', ''].map((type) =>
        idOf(webhook, type, text, headers),
      );
      expect(new Set(ids).size).toBe(1);
    }
    const parts = '--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n7\r\n--b--\r\n';
    for (const type of [json, form, 'text/plain'])
      expect(() => idOf(webhook, type, parts, headers)).toThrow('not proven');
  });

  it('of a form whose token is signed is that token, not one in JSON beside it', () => {
    const webhook = partlySigned([{ field: 'signature.token' }], { fields: ['signature.token'] });
    const inner = encodeURIComponent('{"token":"NEW"}');
    for (const text of ['signature.token=T', `signature.token=T&signature=${inner}`])
      expect(idOf(webhook, form, text, { 'x-mac': 'm1' })).toBe('T');
  });

  it.each<[string, [string, string, object], string]>([
    ['standard-webhooks', [json, '{}', { 'webhook-id': 'msg_1' }], 'msg_1'],
    ['stripe', [json, '{"id":"evt_1"}', {}], 'evt_1'],
    ['slack', [json, '{"event_id":"Ev1"}', {}], 'Ev1'],
    ['slack', [form, 'command=%2Fdo&trigger_id=t1', {}], 't1'],
    ['slack', [form, 'payload=%7B%22trigger_id%22%3A%22t2%22%7D', {}], 't2'],
    ['telegram', [json, '{"update_id":7}', {}], '7'],
    ['mailgun', [json, '{"signature":{"token":"t1"}}', {}], 't1'],
  ])('of %s is what the provider says', (verify, sent, id) => {
    expect(idOf({ verify }, ...sent)).toBe(id);
  });

  it.each(['MessageSid=SM1&MessageStatus=sent', 'MessageSi=dSM1', 'CallSid=CA1', ''])(
    'of Twilio is its signature, whatever can be read in the form: %s',
    (text) => {
      const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';
      const headers = { 'x-twilio-signature': signature };
      const digest = createHash('sha256').update(signature).digest('hex');
      expect(idOf({ verify: 'twilio' }, form, text, headers)).toBe(`proof:${digest}`);
    },
  );

  it.each<[string, string, Record<string, string>]>([
    ['stripe', '{"id":"evt_1"}', {}],
    ['stripe', '{"id":["evt_1"]}', {}],
    ['slack', '{"event_id":"Ev1"}', { 'x-slack-signature': 'v0=1' }],
    ['slack', '{}', { 'x-slack-signature': 'v0=1' }],
    ['github', '{}', { 'x-hub-signature-256': 'sha256=1' }],
    ['mailgun', '{"signature":{"token":"t1"}}', {}],
  ])('of %s is the same by whatever type its body is called: %s', (verify, text, headers) => {
    const types = [json, 'text/plain', 'application/json; charset=x'];
    expect(new Set(types.map((type) => idOf({ verify }, type, text, headers))).size).toBe(1);
  });

  it('is that of the proof where the scheme has one, and it cannot be read', () => {
    const proof = (text: string): string =>
      `proof:${createHash('sha256').update(text).digest('hex')}`;
    expect(idOf({ verify: 'stripe' }, json, '{"id":{}}')).toBe(proof('{"id":{}}'));
    const slack = { 'x-slack-signature': 'v0=1' };
    expect(idOf({ verify: 'slack' }, json, '{"event_id":[]}', slack)).toBe(proof('v0=1'));
  });

  it('of GitHub is that of the body, which alone is signed, whatever its headers say', () => {
    const ids = ['g1', 'g2'].map((id) =>
      idOf({ verify: 'github' }, json, '{"n":1}', { 'x-github-delivery': id }),
    );
    expect(new Set(ids).size).toBe(1);
    // Two events may say the same, days apart.
    expect(ids[0]).toMatch(/^body:/u);
    expect(idOf({ verify: 'github' }, json, '{"n":2}')).not.toBe(ids[0]);
  });

  it('of Mailgun is the token that the wallet has verified, the last of several', () => {
    expect(idOf({ verify: 'mailgun' }, form, 'token=t1&a=1')).toBe('t1');
    expect(idOf({ verify: 'mailgun' }, form, 'token=t2&token=t1')).toBe('t1');
    expect(idOf({ verify: 'mailgun' }, json, '{"token":"t2","signature":{"token":"t1"}}')).toBe(
      't1',
    );
    expect(() => idOf({ verify: 'mailgun' }, json, '{"token":"t1"}')).toThrow('not proven');
    for (const verify of ['twilio', 'slack'])
      expect(() => idOf({ verify }, json, '{}')).toThrow('not proven');
  });

  it('is what the manifest names, before what the scheme has', () => {
    const deliveryId = { header: 'X-Id', fields: ['a', 'b.c'] };
    const headers = { 'x-id': 'h', 'x-github-delivery': 'g' };
    const text = '{"a":1,"b":{"c":"2"}}';
    expect(idOf({ verify: 'github', deliveryId }, json, text, headers)).toBe('h:1:2');
    const own = { 'x-id': 'h' };
    expect(idOf({ verify: 'github', deliveryId }, json, '{}', own)).toBe('h');
  });

  it('is a hash of the body where nothing else is there, and of what no header takes', () => {
    const hash = (text: string, of = 'sha256'): string =>
      `${of}:${createHash('sha256').update(text).digest('hex')}`;
    expect(idOf({ verify: 'sendgrid' }, json, '[1]')).toBe(hash('[1]', 'body'));
    expect(idOf({ verify: 'hmac' }, json, '{}')).toBe(hash('{}', 'body'));
    expect(idOf({ verify: 'stripe' }, json, '{"id":"a b\\n"}')).toBe(hash('a b\n'));
  });

  it('of Graph is another one each time where a notification only says "look again"', () => {
    const graph = { verify: 'microsoft-graph' };
    const poke = '{"value":[{"subscriptionId":"s","resource":"me/drive/root"}]}';
    expect(idOf(graph, json, poke)).not.toBe(idOf(graph, json, poke));
    const change = '{"value":[{"resourceData":{"@odata.etag":"W/1"}}]}';
    expect(idOf(graph, json, change)).toBe(idOf(graph, json, change));
  });
});

describe('conversationKeyOf', () => {
  it('of Twilio is the same in both directions', () => {
    const there = keyOf({ verify: 'twilio' }, form, 'From=%2B1&To=%2B2');
    expect(there).toBe('+1 +2');
    expect(keyOf({ verify: 'twilio' }, form, 'From=%2B2&To=%2B1')).toBe(there);
  });

  it.each([
    ['slack', '{"event":{"channel":"C1"}}', 'C1'],
    ['telegram', '{"message":{"chat":{"id":-5}}}', '-5'],
    ['telegram', '{"callback_query":{"message":{"chat":{"id":6}}}}', '6'],
    ['github', '{"channel":"x"}', ''],
  ])('of %s is its channel, if it has such a thing', (verify, text, key) => {
    expect(keyOf({ verify }, json, text)).toBe(key);
  });

  it('can be stored, whatever it is made of', () => {
    const text = String.raw`{"event":{"channel":"a\u0000b"}}`;
    expect(keyOf({ verify: 'slack' }, json, text)).toMatch(/^[0-9a-f]{64}$/u);
  });

  it('is what the manifest names, and short', () => {
    const conversationKey = ['room', 'thread'];
    expect(keyOf({ conversationKey }, json, '{"room":1,"thread":"a"}')).toBe('["1","a"]');
    expect(keyOf({ conversationKey }, json, '{}')).toBe('');
    expect(keyOf({ conversationKey }, json, `{"room":"${'x'.repeat(500)}"}`)).toHaveLength(64);
  });
});
