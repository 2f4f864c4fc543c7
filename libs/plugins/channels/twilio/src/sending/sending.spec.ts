import { HttpError } from '@made-open/plugin-sdk';
import {
  accountSid,
  callSid,
  Connection,
  formOf,
  messageSid,
  refused,
} from '../../test/connection.ts';
import { plugin } from '../index.ts';

const message = { to: '+14155550123', from: '+15550100', body: 'Grüße & more = "1"' };
const messages = `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages.json`;

describe('sending through Twilio', () => {
  let connection: Connection;
  beforeEach(() => {
    connection = new Connection();
  });
  const send = (more: object = {}) =>
    plugin.sendMessage({ ...message, ...more }, connection.context);
  const call = (more: object = {}) =>
    plugin.placeCall?.({ to: message.to, from: message.from, ...more }, connection.context);

  it('posts a form with the authorization of the account, and returns the SID', async () => {
    expect(await send()).toEqual({ externalId: messageSid });
    const [sent] = connection.posts;
    expect(sent?.url).toBe(messages);
    expect(sent?.headers).toEqual({
      Authorization: `Basic ${Buffer.from(`${accountSid}:token-of-the-account`).toString('base64')}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    expect(formOf(sent)).toEqual([
      ['To', message.to],
      ['From', message.from],
      ['Body', message.body],
    ]);
  });

  it('prefers an API key', async () => {
    Object.assign(connection.config, { apiKeySid: 'SK1', apiKeySecret: 'secret' });
    await send();
    const basic = Buffer.from('SK1:secret').toString('base64');
    expect(connection.posts[0]?.headers).toMatchObject({ Authorization: `Basic ${basic}` });
  });

  it('sends attachments by their address, and asks for callbacks at the webhook', async () => {
    const attachments = ['a', 'b'].map((id) => ({
      file_id: id,
      name: id,
      mime_type: 'image/png',
      size_bytes: 1,
      url: `https://files.example.com/${id}`,
    }));
    await send({ body: '', attachments, webhookUrl: 'https://hooks.example.com/webhooks/c' });
    expect(formOf(connection.posts[0])).toEqual([
      ['To', message.to],
      ['From', message.from],
      ['MediaUrl', 'https://files.example.com/a'],
      ['MediaUrl', 'https://files.example.com/b'],
      ['StatusCallback', 'https://hooks.example.com/webhooks/c/status'],
    ]);
  });

  it('takes the sender of the config when the message has none: a service, a number', async () => {
    const service = `MG${'d4'.repeat(16)}`;
    connection.config['from'] = '+15550111';
    await send({ from: undefined });
    connection.config['messagingServiceSid'] = service;
    await send({ from: undefined });
    await send({ from: service });
    expect(connection.posts.map((sent) => formOf(sent)[1])).toEqual([
      ['From', '+15550111'],
      ['MessagingServiceSid', service],
      ['MessagingServiceSid', service],
    ]);
  });

  it('sends to WhatsApp from WhatsApp', async () => {
    const to = `whatsapp:${message.to}`;
    expect(await send({ to })).toEqual({ externalId: messageSid });
    expect(formOf(connection.posts[0])[1]).toEqual(['From', 'whatsapp:+15550100']);
  });

  it.each([
    ['no sender', { from: undefined }, 'has no sender'],
    ['an attachment without an address', { attachments: [{ name: 'x' }] }, 'public URL'],
    [
      'eleven attachments',
      { attachments: Array.from({ length: 11 }, () => ({ url: 'https://a' })) },
      'Twilio takes 10',
    ],
  ])('asks Twilio for nothing with %s', async (_what, more, reason) => {
    await expect(send(more)).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining(reason),
    });
    expect(connection.posts).toEqual([]);
  });

  it.each([
    [400, 21211, 'country code'],
    [400, 21610, 'STOP'],
    [401, 20003, 'auth token'],
    [429, 20429, 'tried again later'],
  ])('says of %i and %i what to do, and keeps the status', async (status, code, advice) => {
    connection.answer = refused(status, code, 'What Twilio says.');
    await expect(send()).rejects.toMatchObject({
      status,
      twilioCode: code,
      message: expect.stringMatching(
        new RegExp(`What Twilio says \\(${String(code)}\\).*${advice}`),
      ),
    });
  });

  it('sends once, whatever comes of it', async () => {
    connection.answer = new HttpError({ status: 503, headers: {}, body: '<html>busy</html>' });
    await expect(send()).rejects.toMatchObject({ status: 503 });
    connection.answer = new Error('connection lost');
    await expect(send()).rejects.toThrow('connection lost');
    expect(connection.posts).toHaveLength(2);
  });

  it.each([
    [{ body: 'Tea & <cake>' }, ['Twiml', '<Response><Say>Tea &amp; &lt;cake&gt;</Say></Response>']],
    [{ twiml: '<Response/>' }, ['Twiml', '<Response/>']],
    [{ url: 'https://example.com/twiml' }, ['Url', 'https://example.com/twiml']],
    [{}, ['Url', 'https://example.com/usual']],
  ])('places a call with %j', async (more, expected) => {
    connection.config['voiceUrl'] = 'https://example.com/usual';
    connection.config['statusCallbackUrl'] = 'https://example.com/status';
    connection.answer = { sid: callSid, status: 'queued' };
    expect(await call(more)).toEqual({ callSid, status: 'queued' });
    expect(formOf(connection.posts[0])).toEqual([
      ['To', message.to],
      ['From', message.from],
      expected,
      ['StatusCallback', 'https://example.com/status'],
      ['StatusCallbackEvent', 'initiated'],
      ['StatusCallbackEvent', 'ringing'],
      ['StatusCallbackEvent', 'answered'],
      ['StatusCallbackEvent', 'completed'],
    ]);
  });

  it('places no call that says nothing', async () => {
    await expect(call()).rejects.toMatchObject({ status: 422 });
    expect(connection.posts).toEqual([]);
  });

  it('tests a connection by looking at its account', async () => {
    connection.answer = { sid: accountSid, status: 'active' };
    await plugin.testConnection?.(connection.context);
    connection.answer = { sid: accountSid, status: 'suspended' };
    await expect(plugin.testConnection?.(connection.context)).rejects.toThrow('is suspended');
  });
});
