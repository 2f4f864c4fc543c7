import {
  pluginIn,
  signRequest,
  twilioHost,
  twilioMediaHost,
  TwilioServer,
} from '@made-open/sample';
import { eventually } from '@made-open/testing';
import { ApiProblem, type Entity, type Page } from './platform/api-client.ts';
import { fileContent, install } from './platform/steps.ts';
import { startStory, type Story, type StreamEvent } from './platform/story.ts';

const [ours, theirs] = ['+15550100', '+14155550123'];
const jpeg = { contentType: 'image/jpeg', content: Buffer.from('a picture'), fileName: 'cat.jpg' };
const patient = { timeoutMs: 90_000 };

interface Outbound {
  readonly id: string;
  readonly state: string;
  readonly external_id: string | null;
  readonly [key: string]: unknown;
}

describe('channel: a Twilio account, from the first message to the last receipt', () => {
  let twilio: TwilioServer;
  let story: Story;
  let connectionId: string;
  let publicUrl: string;
  let tokenUrl: string;

  beforeAll(async () => {
    twilio = await TwilioServer.start({ numbers: { [ours]: {} } });
    story = await startStory({ [twilioHost]: twilio, [twilioMediaHost]: twilio });
    publicUrl = story.gatewayUrl.replace(/\/v1$/u, '');
    const id = await install(story.admin, pluginIn('channels/twilio', '0.1.0'));
    const { sid: accountSid, authToken } = twilio.account;
    const wanted = { plugin_id: id, name: 'Twilio', config: { accountSid, authToken } };
    const made = await story.admin.post<{ id: string; webhooks: { url: string }[] }>(
      '/connections',
      wanted,
    );
    connectionId = made.id;
    tokenUrl = made.webhooks[0]?.url ?? '';
  });
  afterAll(async () => {
    await story?.stop();
    await twilio?.stop();
  });

  /** Events of COMMUNICATION with this name. */
  const told = async (name: string): Promise<StreamEvent[]> => {
    const events = await story.events('COMMUNICATION', 0);
    return events.filter(({ type }) => type.endsWith(name));
  };
  const messages = (): Promise<Entity[]> => story.client.all<Entity>('/messages?limit=200');

  it('takes a message at an address with a token, by the manifest of the founding guide', async () => {
    twilio.account.numbers.set(ours, { smsUrl: tokenUrl });
    await eventually(async () => {
      const answer = await twilio.receive({ from: theirs, to: ours, body: 'By token' });
      expect(answer.status).toBe(200);
    }, patient);
    await eventually(async () => {
      expect((await messages()).map(({ body }) => body)).toContain('By token');
    }, patient);
    const wrong = `${tokenUrl.slice(0, -3)}AAA`;
    expect(await twilio.webhooks.post(wrong, { MessageSid: 'SM1' })).toMatchObject({ status: 401 });
    expect(JSON.stringify(await story.admin.get(`/connections/${connectionId}`))).not.toContain(
      tokenUrl.split('~')[1],
    );
  });

  it('goes over to 0.2.0, whose webhooks are proven by their signature', async () => {
    await install(story.admin, pluginIn('channels/twilio'));
    const { webhooks } = await story.admin.get<{ webhooks: { name: string; url: string }[] }>(
      `/connections/${connectionId}`,
    );
    const at = (name: string): string => webhooks.find((each) => each.name === name)?.url ?? '';
    expect(at('')).toBe(`${publicUrl}/webhooks/${connectionId}`);
    twilio.account.numbers.set(ours, { smsUrl: at(''), voiceUrl: at('voice') });
  });

  it('answers a message of Twilio with empty TwiML, as soon as the connection is there', async () => {
    await eventually(async () => {
      const answer = await twilio.receive({ from: theirs, to: ours, body: 'Zaubertinte' });
      expect(answer).toMatchObject({ status: 200, body: '<Response/>' });
      expect(answer.contentType).toContain('text/xml');
    }, patient);
  });

  it('stores it as a message of a conversation, tells of it, and finds it', async () => {
    const message = await eventually(async () => {
      const first = (await messages()).find(({ body }) => body === 'Zaubertinte');
      if (first === undefined) throw new Error('there is no message');
      return first;
    }, patient);
    expect(message).toMatchObject({
      body: 'Zaubertinte',
      sender: theirs,
      recipients: [ours],
      direction: 'inbound',
      channel_type: 'sms',
    });
    expect((await told('MessageReceived')).at(-1)).toMatchObject({
      data: { from: theirs, body: 'Zaubertinte', message_id: message.id },
    });
    await eventually(async () => {
      const { data } = await story.client.get<Page<Entity>>('/search?q=zaubertinte&type=message');
      expect(data).toHaveLength(1);
    }, patient);
    await eventually(async () => {
      expect(await story.client.all<Entity>('/conversations')).toHaveLength(1);
    }, patient);
  });

  it('takes a repetition for what it is', async () => {
    const first = twilio.webhooks.answers.findLast(({ status }) => status === 200);
    expect(first).toBeDefined();
    if (first === undefined) return;
    expect(await twilio.webhooks.post(first.url, first.fields)).toMatchObject({ status: 200 });
  });

  it('refuses what Twilio has not signed, and keeps nothing of it', async () => {
    const before = await story.messageCount('IN');
    const forged = await twilio.receive({
      from: theirs,
      to: ours,
      body: 'forged',
      signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
    });
    expect(forged.status).toBe(401);
    const known = twilio.webhooks.answers.findLast(({ status }) => status === 200);
    const { url = '', fields = {} } = known ?? {};
    const signature = signRequest(twilio.account.authToken, url, fields);
    const tampered = await twilio.webhooks.post(
      url,
      { ...fields, Body: 'Zaubertinten' },
      signature,
    );
    expect(tampered.status).toBe(401);
    expect(await story.messageCount('IN')).toBe(before);
  });

  it('keeps a picture with its message', async () => {
    await twilio.receive({ from: theirs, to: ours, body: '', media: [jpeg] });
    const message = await eventually(async () => {
      const found = (await messages()).find(({ attachments }) => listed(attachments).length > 0);
      if (found === undefined) throw new Error('there is no message with an attachment');
      return found;
    }, patient);
    const [attachment] = listed(message['attachments']);
    expect(attachment).toMatchObject({ name: 'cat.jpg', mime_type: 'image/jpeg', size_bytes: 9 });
    const { content } = await fileContent(story, attachment?.['file_id']);
    expect(content).toEqual(jpeg.content);
  });

  it('notes a call, whose caller hears that the line is busy', async () => {
    expect(await twilio.ring({ from: theirs, to: ours })).toMatchObject({
      status: 200,
      body: '<Response><Reject reason="busy"/></Response>',
    });
    await eventually(async () => expect(await told('CallReceived')).toHaveLength(1), patient);
    // Each message once, whatever was repeated and forged.
    expect(await told('MessageReceived')).toHaveLength(3);
  });

  describe('a message that is sent', () => {
    let outbound: Outbound;
    const path = (): string => `/channels/${connectionId}/messages`;
    const send = (key: string, body: string): Promise<Outbound> =>
      sendTo(story, path(), { key, content: { to: theirs, from: ours, body } });
    const state = async (id = outbound.id): Promise<Outbound> =>
      story.client.get<Outbound>(`${path()}/${id}`);
    const sent = (): number =>
      twilio.requests.filter(({ path: asked }) => asked.endsWith('/Messages.json')).length;

    it('is handed to Twilio once, however often it is asked for with its key', async () => {
      outbound = await send('reply-1', 'Which ink?');
      const again = await send('reply-1', 'Which ink?');
      expect(again.id).toBe(outbound.id);
      await eventually(async () => expect(await state()).toMatchObject({ state: 'sent' }), patient);
      expect((await send('reply-1', 'Which ink?')).id).toBe(outbound.id);
      expect(sent()).toBe(1);
      await expect(send('reply-1', 'another text')).rejects.toBeInstanceOf(ApiProblem);
      expect(sent()).toBe(1);
    });

    it('is delivered when Twilio says so, whatever comes in between or late', async () => {
      const sid = String((await state()).external_id);
      expect(await twilio.report(sid, 'delivered')).toMatchObject({ status: 200 });
      expect(await twilio.report(sid, 'sent')).toMatchObject({ status: 200 });
      await eventually(
        async () => expect(await state()).toMatchObject({ state: 'delivered' }),
        patient,
      );
      await eventually(async () => expect(await told('MessageDelivered')).toHaveLength(1), patient);
    });

    it('belongs to the conversation that it answers', async () => {
      const stored = await eventually(async () => {
        const found = (await messages()).find(({ direction }) => direction === 'outbound');
        if (found === undefined) throw new Error('there is no message sent');
        return found;
      }, patient);
      const answered = (await messages()).find(({ body }) => body === 'Zaubertinte');
      expect(stored['thread_id']).toBe(answered?.['thread_id']);
    });

    it('fails with the words of Twilio when it refuses', async () => {
      twilio.account.unsubscribed.add(theirs);
      const { id } = await send('reply-2', 'Are you there?');
      await eventually(
        async () => expect(await state(id)).toMatchObject({ state: 'failed', attempts: 1 }),
        patient,
      );
      expect(JSON.stringify(await state(id))).toContain('21610');
      twilio.account.unsubscribed.delete(theirs);
    });

    it('is not sent again when nobody can know whether it was sent', async () => {
      const before = sent();
      twilio.meet({ kind: 'lost', path: /Messages\.json$/u });
      const { id } = await send('reply-3', 'One more thing');
      await eventually(
        async () => expect(await state(id)).toMatchObject({ state: 'unknown' }),
        patient,
      );
      expect(sent()).toBe(before + 1);
    });

    it('is sent again when Twilio was busy', async () => {
      const before = sent();
      twilio.meet({ kind: 'busy', retryAfterSeconds: 1, path: /Messages\.json$/u });
      const { id } = await send('reply-4', 'And another');
      await eventually(
        async () => expect(await state(id)).toMatchObject({ state: 'sent', attempts: 2 }),
        patient,
      );
      expect(sent()).toBe(before + 2);
    });
  });

  it('places a call and hears of its end', async () => {
    const path = `/channels/${connectionId}/calls`;
    const { id } = await sendTo(story, path, {
      key: 'call-1',
      content: { to: theirs, from: ours, attributes: { body: 'Hello' } },
    });
    const state = (): Promise<Outbound> => story.client.get<Outbound>(`${path}/${id}`);
    const sid = await eventually(async () => {
      const { external_id: found } = await state();
      if (found === null) throw new Error('the call has no SID');
      return found;
    }, patient);
    for (const status of ['ringing', 'in-progress', 'completed'])
      expect(await twilio.reportCall(sid, status)).toMatchObject({ status: 200 });
    await eventually(async () => expect(await told('CallCompleted')).toHaveLength(1), patient);
  });

  it('has told no token to any log', () => {
    expect(story.logText()).not.toContain(twilio.account.authToken);
  });
});

async function sendTo(
  { gatewayUrl, key: apiKey }: Pick<Story, 'gatewayUrl' | 'key'>,
  path: string,
  { key, content }: { readonly key: string; readonly content: object },
): Promise<Outbound> {
  const response = await fetch(`${gatewayUrl}${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${apiKey}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
    },
    body: JSON.stringify(content),
  });
  const body: unknown = await response.json();
  if (!response.ok) throw new ApiProblem(response.status, body as Record<string, unknown>);
  return body as Outbound;
}

function listed(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}
