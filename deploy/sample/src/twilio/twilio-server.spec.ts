import { eventually } from '@made-open/testing';
import { Agent } from 'node:https';
import { connect } from 'node:tls';
import twilio from 'twilio';
import { ask, WebhookTaker } from '../../test/twilio-caller.ts';
import { twilioMediaHost } from './media-host.ts';
import { TwilioServer } from './twilio-server.ts';

const [ours, theirs] = ['+15550100', '+14155550123'];
const publicUrl = 'https://hooks.example.com';

describe('TwilioServer', () => {
  let taker: WebhookTaker;
  let server: TwilioServer;
  beforeEach(async () => {
    taker = new WebhookTaker();
    await taker.listen();
    server = await TwilioServer.start({
      numbers: {
        [ours]: {
          smsUrl: `${publicUrl}/webhooks/c?a=b`,
          voiceUrl: `${publicUrl}/webhooks/c/voice`,
        },
        [`whatsapp:${ours}`]: {},
      },
      messagingServices: [`MG${'0'.repeat(32)}`],
      delivers: true,
      route: (url) => url.replace(publicUrl, `http://127.0.0.1:${String(taker.port)}`),
    });
  });
  afterEach(async () => {
    await server.stop();
    await taker.stop();
  });

  /** Twilio's own client, led to the server. */
  const client = (): ReturnType<typeof twilio> =>
    twilio(server.account.sid, server.account.authToken, {
      httpClient: clientHttp(server),
    });

  const isSigned = ({ path, signature, fields }: WebhookTaker['delivered'][number]): boolean =>
    twilio.validateRequest(server.account.authToken, signature, `${publicUrl}${path}`, fields);

  it('takes messages of Twilio’s own client, and reports them signed as its own library wants', async () => {
    const message = await client().messages.create({
      to: theirs,
      from: ours,
      body: 'Grüße',
      mediaUrl: ['https://example.com/a.png'],
      statusCallback: `${publicUrl}/status`,
    });
    expect(message).toMatchObject({
      sid: expect.stringMatching(/^MM[0-9a-f]{32}$/u),
      status: 'queued',
      numMedia: '1',
      direction: 'outbound-api',
    });
    await eventually(() => expect(taker.delivered).toHaveLength(2));
    expect(taker.delivered.map(({ fields }) => fields['MessageStatus'])).toEqual([
      'sent',
      'delivered',
    ]);
    expect(taker.delivered.map(isSigned)).toEqual([true, true]);
    expect(await client().messages(message.sid).fetch()).toMatchObject({ status: 'delivered' });
  });

  it('places calls of Twilio’s own client, and reports their progress', async () => {
    const call = await client().calls.create({
      to: theirs,
      from: ours,
      twiml: '<Response/>',
      statusCallback: `${publicUrl}/status`,
    });
    expect(call).toMatchObject({ status: 'queued', to: theirs });
    await eventually(() => expect(taker.delivered).toHaveLength(4));
    expect(taker.delivered.map(({ fields }) => fields['CallStatus'])).toEqual([
      'initiated',
      'ringing',
      'in-progress',
      'completed',
    ]);
    expect(taker.delivered.every(isSigned)).toBe(true);
  });

  it('signs what comes in as Twilio’s own library wants; one letter more, and it is refused', async () => {
    const answer = await server.receive({ from: theirs, to: ours, body: 'Ünïcode & more=1 +2' });
    expect(answer).toMatchObject({ status: 200, contentType: 'text/xml', body: '<Response/>' });
    await server.ring({ from: theirs, to: ours });
    expect(taker.delivered.map(isSigned)).toEqual([true, true]);
    const [delivered] = taker.delivered;
    expect(delivered).toBeDefined();
    if (delivered === undefined) return;
    const fields = { ...delivered.fields, Body: `${delivered.fields['Body'] ?? ''}!` };
    expect(isSigned({ ...delivered, fields })).toBe(false);
    expect(isSigned({ ...delivered, path: `${delivered.path}c` })).toBe(false);
  });

  it('keeps media behind the account, and its content at another host', async () => {
    const content = Buffer.from('a picture');
    await server.receive({
      from: theirs,
      to: ours,
      media: [{ contentType: 'image/jpeg', content, fileName: 'cat.jpg' }],
    });
    const { MediaUrl0: url = '' } = taker.delivered[0]?.fields ?? {};
    const path = new URL(url).pathname;
    const authorization = `Basic ${Buffer.from(`${server.account.sid}:${server.account.authToken}`).toString('base64')}`;
    expect((await ask(server, { path })).status).toBe(401);
    const led = await ask(server, { path, authorization });
    expect(led.status).toBe(307);
    const target = new URL(String(led.headers['location']));
    expect(target.host).toBe(twilioMediaHost);
    const at = { host: target.host, path: `${target.pathname}${target.search}` };
    expect(await ask(server, at)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/jpeg' },
      body: content.toString(),
    });
    expect((await ask(server, { ...at, authorization })).status).toBe(400);
    expect((await ask(server, { ...at, path: target.pathname })).status).toBe(403);
  });

  it.each([
    [21211, { to: '123' }],
    [21614, { to: '+15005550009' }],
    [21408, { to: '+15005550003' }],
    [21606, { from: '+14155550199' }],
    [21212, { from: '12' }],
    [21603, { from: undefined }],
    [21910, { to: `whatsapp:${theirs}` }],
    [63007, { to: `whatsapp:${theirs}`, from: 'whatsapp:+14155550199' }],
    [21602, { body: '' }],
    [21617, { body: 'x'.repeat(1601) }],
    [21620, { mediaUrl: ['ftp://example.com/a'] }],
    [21701, { from: undefined, messagingServiceSid: `MG${'1'.repeat(32)}` }],
  ])('refuses as Twilio does, with %i', async (code, more) => {
    const { from, ...rest } = { to: theirs, from: ours as string | undefined, body: 'x', ...more };
    const sent = client().messages.create({ ...rest, ...(from === undefined ? {} : { from }) });
    await expect(sent).rejects.toMatchObject({ code });
    expect(server.account.messages.size).toBe(0);
  });

  it('refuses who has answered STOP, a wrong token and what there is not', async () => {
    server.account.unsubscribed.add(theirs);
    const message = { to: theirs, from: ours, body: 'x' };
    await expect(client().messages.create(message)).rejects.toMatchObject({ code: 21610 });
    await expect(client().messages('SM0').fetch()).rejects.toMatchObject({ code: 20404 });
    server.account.apiKeys.set('SK1', 'secret');
    const withKey = twilio('SK1', 'secret', {
      accountSid: server.account.sid,
      httpClient: clientHttp(server),
    });
    expect(await withKey.api.v2010.accounts(server.account.sid).fetch()).toMatchObject({
      status: 'active',
    });
    const before = client();
    server.account.authToken = 'another';
    await expect(before.messages.list()).rejects.toMatchObject({ status: 401, code: 20003 });
  });

  it('is busy, broken, deaf or silent when it is asked to be', async () => {
    const message = { to: theirs, from: ours, body: 'x' };
    server.meet({ kind: 'busy', retryAfterSeconds: 3 });
    await expect(client().messages.create(message)).rejects.toMatchObject({ code: 20429 });
    server.meet({ kind: 'broken' });
    await expect(client().messages.create(message)).rejects.toMatchObject({ status: 500 });
    server.meet({ kind: 'deaf' });
    await expect(client().messages.create(message)).rejects.toThrow('socket hang up');
    expect(server.account.messages.size).toBe(0);
    server.meet({ kind: 'lost' });
    await expect(client().messages.create(message)).rejects.toThrow('socket hang up');
    expect(server.account.messages.size).toBe(1);
    expect(server.requests.map(({ status }) => status)).toEqual([429, 500, 0, 0]);
  });
});

/** The HTTP of Twilio's own client, with connections that lead to the local server. */
function clientHttp({ port, identity }: TwilioServer): InstanceType<typeof twilio.RequestClient> {
  const agent = new Agent();
  agent.createConnection = ({ host }) =>
    connect({ host: '127.0.0.1', port, servername: host ?? '', ca: identity.ca });
  const http = new twilio.RequestClient();
  http.axios.defaults.httpsAgent = agent;
  return http;
}
