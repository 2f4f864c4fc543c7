import { checkReceiver, checkSender } from './check-numbers.ts';
import { newSid } from './sid.ts';
import {
  given,
  isWebAddress,
  rfc2822,
  uriOf,
  version,
  type ApiCall,
  type ApiReply,
} from './twilio-call.ts';
import type { TwilioAccount, TwilioMessage } from './twilio-account.ts';
import { notFound, TwilioRefusal } from './twilio-error.ts';

const longestBody = 1600;
const mostMedia = 10;

/** `Messages`: makes and shows them. */
export function answerMessages(
  call: ApiCall,
  onCreated: (message: TwilioMessage) => void,
): ApiReply {
  const { method, segments, account, form, path } = call;
  const [, sid, ...more] = segments;
  if (more.length > 0) throw notFound(path);
  if (sid === undefined && method === 'POST') {
    const message = create(form, account);
    account.messages.set(message.sid, message);
    return { status: 201, body: shown(message, account), afterwards: () => onCreated(message) };
  }
  if (method !== 'GET') throw new TwilioRefusal(405, 20004, 'Method not allowed');
  if (sid === undefined) {
    const messages = [...account.messages.values()].toReversed();
    return { status: 200, body: { messages: messages.map((each) => shown(each, account)) } };
  }
  const message = account.messages.get(sid);
  if (message === undefined) throw notFound(path);
  return { status: 200, body: shown(message, account) };
}

function create(form: URLSearchParams, account: TwilioAccount): TwilioMessage {
  const to = given(form, 'To');
  if (to === undefined) throw new TwilioRefusal(400, 21604, "A 'To' phone number is required.");
  checkReceiver(to, account);
  const service = given(form, 'MessagingServiceSid');
  const from = given(form, 'From');
  checkOrigin(from, { service, to, account });
  const mediaUrls = form.getAll('MediaUrl');
  const body = given(form, 'Body') ?? '';
  checkContent(body, mediaUrls, form.has('ContentSid'));
  const statusCallback = given(form, 'StatusCallback');
  if (statusCallback !== undefined && !isWebAddress(statusCallback))
    throw new TwilioRefusal(
      400,
      21609,
      `The 'StatusCallback' URL ${statusCallback} is not a valid URL.`,
    );
  return {
    sid: newSid(mediaUrls.length > 0 ? 'MM' : 'SM'),
    direction: 'outbound-api',
    from,
    to,
    body,
    messagingServiceSid: service,
    statusCallback,
    mediaUrls,
    createdAt: new Date(),
    status: service === undefined ? 'queued' : 'accepted',
    errorCode: undefined,
  };
}

function checkOrigin(
  from: string | undefined,
  {
    service,
    to,
    account,
  }: { readonly service: string | undefined; readonly to: string; readonly account: TwilioAccount },
): void {
  if (service !== undefined) {
    if (account.messagingServices.has(service)) return;
    throw new TwilioRefusal(404, 21701, `The Messaging Service resource ${service} was not found`);
  }
  if (from === undefined)
    throw new TwilioRefusal(
      400,
      21603,
      "A 'From' or 'MessagingServiceSid' parameter is required to send a message",
    );
  checkSender(from, to, account);
}

function checkContent(body: string, mediaUrls: readonly string[], hasTemplate: boolean): void {
  if (body === '' && mediaUrls.length === 0 && !hasTemplate)
    throw new TwilioRefusal(400, 21602, 'Message body is required.');
  if (body.length > longestBody)
    throw new TwilioRefusal(
      400,
      21617,
      'The concatenated message body exceeds the 1600 character limit',
    );
  if (mediaUrls.length > mostMedia)
    throw new TwilioRefusal(400, 21623, 'Number of media files exceeds allowed limit');
  if (!mediaUrls.every(isWebAddress))
    throw new TwilioRefusal(
      400,
      21620,
      `Invalid media URL(s): ${mediaUrls.find((url) => !isWebAddress(url)) ?? ''}`,
    );
}

function shown(message: TwilioMessage, account: TwilioAccount): object {
  const { sid, createdAt, errorCode, body } = message;
  const uri = uriOf(account, 'Messages', sid);
  return {
    account_sid: account.sid,
    api_version: version,
    body,
    date_created: rfc2822(createdAt),
    date_sent: null,
    date_updated: rfc2822(createdAt),
    direction: message.direction,
    error_code: errorCode ?? null,
    error_message: null,
    from: message.from ?? null,
    messaging_service_sid: message.messagingServiceSid ?? null,
    num_media: String(message.mediaUrls.length),
    num_segments: message.messagingServiceSid === undefined ? segmentsOf(body) : '0',
    price: null,
    price_unit: 'USD',
    sid,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

/** Of 160 letters, 153 when there are several. */
export function segmentsOf(body: string): string {
  return String(body.length <= 160 ? 1 : Math.ceil(body.length / 153));
}
