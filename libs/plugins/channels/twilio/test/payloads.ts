import { accountSid, callSid, messageSid } from './connection.ts';

/** Requests in the form that Twilio's documentation shows. */
export const inboundText = {
  ToCountry: 'US',
  ToState: 'CA',
  SmsMessageSid: messageSid,
  NumMedia: '0',
  ToCity: '',
  FromZip: '94045',
  SmsSid: messageSid,
  FromState: 'CA',
  SmsStatus: 'received',
  FromCity: 'SAN FRANCISCO',
  Body: 'Ahoy! We can’t wait to see what you build.',
  FromCountry: 'US',
  To: '+15550100',
  NumSegments: '1',
  MessageSid: messageSid,
  AccountSid: accountSid,
  From: '+14155550123',
  ApiVersion: '2010-04-01',
} as const;

export const mediaSid = `ME${'c3'.repeat(16)}`;
export const mediaUrl = `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${messageSid}/Media/${mediaSid}`;

export const inboundPicture = {
  ...inboundText,
  Body: '',
  NumMedia: '1',
  MediaContentType0: 'image/jpeg',
  MediaUrl0: mediaUrl,
} as const;

export const inboundWhatsApp = {
  SmsMessageSid: messageSid,
  NumMedia: '0',
  ProfileName: 'Ada',
  MessageType: 'text',
  SmsSid: messageSid,
  WaId: '14155550123',
  SmsStatus: 'received',
  Body: 'Hello',
  To: 'whatsapp:+15550100',
  NumSegments: '1',
  ReferralNumMedia: '0',
  MessageSid: messageSid,
  AccountSid: accountSid,
  From: 'whatsapp:+14155550123',
  ApiVersion: '2010-04-01',
} as const;

export const statusOf = (status: string, more: object = {}): object => ({
  SmsSid: messageSid,
  SmsStatus: status,
  MessageStatus: status,
  To: '+14155550123',
  MessageSid: messageSid,
  AccountSid: accountSid,
  From: '+15550100',
  ApiVersion: '2010-04-01',
  ...more,
});

export const inboundCall = {
  AccountSid: accountSid,
  ApiVersion: '2010-04-01',
  CallSid: callSid,
  CallStatus: 'ringing',
  Called: '+15550100',
  Caller: '+14155550123',
  CallerName: 'ADA LOVELACE',
  Direction: 'inbound',
  From: '+14155550123',
  FromCountry: 'US',
  To: '+15550100',
} as const;

export const callStatusOf = (status: string, more: object = {}): object => ({
  Called: '+14155550123',
  Caller: '+15550100',
  CallSid: callSid,
  CallStatus: status,
  Direction: 'outbound-api',
  CallbackSource: 'call-progress-events',
  SequenceNumber: '2',
  Timestamp: 'Sun, 22 Nov 2026 06:01:02 +0000',
  From: '+15550100',
  To: '+14155550123',
  AccountSid: accountSid,
  ApiVersion: '2010-04-01',
  ...more,
});
