import {
  pluginIn,
  signRequest,
  twilioHost,
  twilioMediaHost,
  TwilioServer,
} from '@made-open/sample';
import { eventually } from '@made-open/testing';
import type { Entity, Page } from './platform/api-client.ts';
import { connect, fileContent, install } from './platform/steps.ts';
import { startStory, type Story, type StreamEvent } from './platform/story.ts';

const [ours, theirs] = ['+15550100', '+14155550123'];
const jpeg = { contentType: 'image/jpeg', content: Buffer.from('a picture'), fileName: 'cat.jpg' };
const patient = { timeoutMs: 90_000 };

describe('channel: a Twilio account, from the first message to the last receipt', () => {
  let twilio: TwilioServer;
  let story: Story;
  let connectionId: string;
  let publicUrl: string;

  beforeAll(async () => {
    twilio = await TwilioServer.start({ numbers: { [ours]: {} } });
    story = await startStory({ [twilioHost]: twilio, [twilioMediaHost]: twilio });
    publicUrl = story.gatewayUrl.replace(/\/v1$/u, '');
    const id = await install(story.admin, pluginIn('channels/twilio'));
    connectionId = await connect(story.admin, id, {
      accountSid: twilio.account.sid,
      authToken: twilio.account.authToken,
    });
    const webhook = `${publicUrl}/webhooks/${connectionId}`;
    twilio.account.numbers.set(ours, { smsUrl: webhook, voiceUrl: `${webhook}/voice` });
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

  it('answers a message of Twilio with empty TwiML, as soon as the connection is there', async () => {
    await eventually(async () => {
      const answer = await twilio.receive({ from: theirs, to: ours, body: 'Zaubertinte' });
      expect(answer).toMatchObject({ status: 200, body: '<Response/>' });
      expect(answer.contentType).toContain('text/xml');
    }, patient);
  });

  it('stores it as a message of a conversation, tells of it, and finds it', async () => {
    const message = await eventually(async () => {
      const [first] = await messages();
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
    expect(await told('MessageReceived')).toMatchObject([
      { data: { from: theirs, body: 'Zaubertinte', message_id: message.id } },
    ]);
    await eventually(async () => {
      const { data } = await story.client.get<Page<Entity>>('/search?q=zaubertinte&type=message');
      expect(data).toHaveLength(1);
    }, patient);
    await eventually(async () => {
      expect(await story.client.all<Entity>('/conversations')).toHaveLength(1);
    }, patient);
  });

  it('takes a repetition for what it is', async () => {
    const [first] = twilio.webhooks.answers.filter(({ status }) => status === 200);
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
    const [known] = twilio.webhooks.answers.filter(({ status }) => status === 200);
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
    expect(await told('MessageReceived')).toHaveLength(2);
  });

  it('has told no token to any log', () => {
    expect(story.logText()).not.toContain(twilio.account.authToken);
  });
});

function listed(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}
