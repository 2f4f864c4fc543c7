import { jest } from '@jest/globals';
import { accountSid, callSid, Connection, messageSid, received } from '../../test/connection.ts';
import {
  callStatusOf,
  inboundCall,
  inboundPicture,
  inboundText,
  inboundWhatsApp,
  mediaSid,
  mediaUrl,
  statusOf,
} from '../../test/payloads.ts';
import { plugin } from '../index.ts';

const file = {
  file_id: 'f'.repeat(64),
  name: 'photo.jpg',
  mime_type: 'image/jpeg',
  size_bytes: 3,
};
const answered = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: null,
  ...(status === 200 ? { file } : {}),
});

describe('what Twilio sends', () => {
  let connection: Connection;
  beforeEach(() => {
    connection = new Connection();
  });
  const handle = async (payload: unknown): Promise<Connection['events']> => {
    await plugin.handleIncomingEvent(payload, connection.context);
    return connection.events;
  };

  it('becomes a message received', async () => {
    expect(await handle(inboundText)).toEqual([
      {
        subject: 'communication.MessageReceived',
        payload: {
          channelType: 'sms',
          externalId: messageSid,
          from: '+14155550123',
          to: ['+15550100'],
          body: inboundText.Body,
          receivedAt: received,
          attributes: {
            num_segments: '1',
            from_city: 'SAN FRANCISCO',
            from_state: 'CA',
            from_country: 'US',
          },
        },
      },
    ]);
  });

  it('keeps the content of media, opened by the account', async () => {
    connection.media = [answered(200)];
    const [event] = await handle(inboundPicture);
    expect(event?.payload).toMatchObject({ body: '', attachments: [{ ...file, url: mediaUrl }] });
    const basic = Buffer.from(`${accountSid}:token-of-the-account`).toString('base64');
    expect(connection.requests).toEqual([
      {
        url: mediaUrl,
        body: { contentType: 'image/jpeg' },
        headers: { Authorization: `Basic ${basic}` },
      },
    ]);
  });

  it.each([
    'https://api.twilio.com.example.com/2010-04-01/Accounts/x/Messages/y/Media/z',
    mediaUrl.replace('api.twilio.com', 'mms.twiliocdn.com'),
    mediaUrl.replace('Messages', 'Calls'),
    mediaUrl.replace('https', 'http'),
    `${mediaUrl}/../../Messages.json`,
  ])('sends nothing of the account to %s', async (url) => {
    const [event] = await handle({ ...inboundPicture, MediaUrl0: url });
    expect(connection.requests).toEqual([]);
    expect(event?.payload).toMatchObject({ attachments: [{ url, mime_type: 'image/jpeg' }] });
  });

  describe('with media that are not to be had', () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());
    const handleInTime = async (): Promise<unknown> => {
      const handled = handle(inboundPicture).catch((error: unknown) => error);
      await jest.advanceTimersByTimeAsync(10_000);
      return handled;
    };

    it('waits for those that come a moment later', async () => {
      connection.media = [answered(404), answered(404), answered(200)];
      expect(await handleInTime()).toMatchObject([{ payload: { attachments: [file] } }]);
    });

    it.each([401, 404, 410])('names them with their address after a %i', async (status) => {
      connection.media = [answered(status)];
      expect(await handleInTime()).toMatchObject([
        { payload: { attachments: [{ name: mediaSid, mime_type: 'image/jpeg', url: mediaUrl }] } },
      ]);
      expect(connection.warnings).toEqual(['an attachment is left at Twilio']);
    });

    it.each([429, 500, 503])('leaves a %i to the next try of the delivery', async (status) => {
      connection.media = [answered(status, { 'retry-after': '60' })];
      expect(await handleInTime()).toMatchObject({ status, retryAfterMs: 60_000 });
      expect(connection.events).toEqual([]);
    });
  });

  it('keeps WhatsApp apart from text messages', async () => {
    expect(await handle(inboundWhatsApp)).toMatchObject([
      {
        payload: {
          channelType: 'whatsapp',
          from: 'whatsapp:+14155550123',
          to: ['whatsapp:+15550100'],
          attributes: { profile_name: 'Ada', whatsapp_id: '14155550123' },
        },
      },
    ]);
  });

  it.each([
    ['sent', 'MessageSent'],
    ['delivered', 'MessageDelivered'],
    ['read', 'MessageDelivered'],
    ['undelivered', 'MessageFailed'],
    ['failed', 'MessageFailed'],
    ['canceled', 'MessageFailed'],
  ])('tells of a message that is %s as %s', async (status, name) => {
    expect(await handle(statusOf(status))).toMatchObject([
      {
        subject: `communication.${name}`,
        payload: {
          externalId: messageSid,
          occurredAt: received,
          attributes: { provider_status: status },
        },
      },
    ]);
  });

  it('tells why a message did not arrive', async () => {
    expect(await handle(statusOf('undelivered', { ErrorCode: '30003' }))).toMatchObject([
      { payload: { errorCode: '30003', errorMessage: expect.stringContaining('/errors/30003') } },
    ]);
  });

  it.each(['accepted', 'scheduled', 'queued', 'sending'])(
    'tells nothing of a message that is %s',
    async (status) => {
      expect(await handle(statusOf(status))).toEqual([]);
    },
  );

  it('becomes a call received', async () => {
    expect(await handle(inboundCall)).toEqual([
      {
        subject: 'communication.CallReceived',
        payload: {
          channelType: 'voice',
          externalId: callSid,
          from: '+14155550123',
          to: '+15550100',
          receivedAt: received,
          attributes: { caller_name: 'ADA LOVELACE', from_country: 'US' },
        },
      },
    ]);
  });

  it.each([
    ['ringing', 'CallRinging'],
    ['in-progress', 'CallAnswered'],
    ['completed', 'CallCompleted'],
    ['busy', 'CallFailed'],
    ['no-answer', 'CallFailed'],
    ['failed', 'CallFailed'],
  ])('tells of a call that is %s as %s, by the time of Twilio', async (status, name) => {
    expect(await handle(callStatusOf(status))).toMatchObject([
      {
        subject: `communication.${name}`,
        payload: { externalId: callSid, occurredAt: '2026-11-22T06:01:02.000Z' },
      },
    ]);
  });

  it.each([
    ['a call that is only initiated', callStatusOf('initiated')],
    ['the end of a call that came in', { ...inboundCall, CallStatus: 'completed' }],
  ])('tells nothing of %s', async (_what, payload) => {
    expect(await handle(payload)).toEqual([]);
  });

  it.each([['text'], [[]], [{ Body: 'no SID' }]])('refuses %j', async (payload) => {
    await expect(handle(payload)).rejects.toThrow(/form fields|MessageSid/u);
  });
});
