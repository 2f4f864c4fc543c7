import { segmentsOf } from './message-routes.ts';
import { rfc2822, uriOf, version } from './twilio-call.ts';
import type { TwilioAccount, TwilioCall, TwilioMedia, TwilioMessage } from './twilio-account.ts';

type FormFields = Record<string, string>;

interface Incoming {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
}

/** What Twilio asks for a message that came in. */
export function messageFields(
  account: TwilioAccount,
  text: Incoming & {
    readonly body?: string;
    readonly media: readonly TwilioMedia[];
    readonly more?: Readonly<FormFields>;
  },
): FormFields {
  const { sid, from, to, body = '', media, more } = text;
  const files = media.flatMap(({ sid: mediaSid, contentType }, index) => [
    [`MediaContentType${String(index)}`, contentType],
    [
      `MediaUrl${String(index)}`,
      `https://api.twilio.com${uriOf(account, 'Messages', sid, 'Media', mediaSid)}`,
    ],
  ]);
  return {
    ...of(account),
    SmsMessageSid: sid,
    SmsSid: sid,
    MessageSid: sid,
    SmsStatus: 'received',
    From: from,
    To: to,
    Body: body,
    NumMedia: String(media.length),
    NumSegments: segmentsOf(body),
    ...Object.fromEntries(files),
    ...more,
  };
}

/** What Twilio reports of a message that was sent. */
export function messageReportFields(account: TwilioAccount, message: TwilioMessage): FormFields {
  const { sid, status, from, to, errorCode, messagingServiceSid } = message;
  return {
    ...of(account),
    SmsSid: sid,
    MessageSid: sid,
    SmsStatus: status,
    MessageStatus: status,
    To: to,
    ...(from === undefined ? {} : { From: from }),
    ...(messagingServiceSid === undefined ? {} : { MessagingServiceSid: messagingServiceSid }),
    ...(errorCode === undefined ? {} : { ErrorCode: String(errorCode) }),
  };
}

/** What Twilio asks for a call that came in. */
export function callFields(account: TwilioAccount, call: Incoming): FormFields {
  return { ...of(account), ...parties(call), CallStatus: 'ringing', Direction: 'inbound' };
}

/** What Twilio reports of a call that was placed. */
export function callReportFields(
  account: TwilioAccount,
  call: TwilioCall,
  sequenceNumber: number,
): FormFields {
  return {
    ...of(account),
    ...parties(call),
    CallStatus: call.status,
    Direction: call.direction,
    CallbackSource: 'call-progress-events',
    SequenceNumber: String(sequenceNumber),
    Timestamp: rfc2822(new Date()),
    ...(call.status === 'completed' ? { CallDuration: '7', Duration: '1' } : {}),
  };
}

function of(account: TwilioAccount): FormFields {
  return { AccountSid: account.sid, ApiVersion: version };
}

function parties({ sid, from, to }: Incoming): FormFields {
  return { CallSid: sid, From: from, To: to, Caller: from, Called: to };
}
