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
import type { TwilioAccount, TwilioCall } from './twilio-account.ts';
import { notFound, TwilioRefusal } from './twilio-error.ts';

const telephone = /^\+[1-9]\d{6,14}$/u;

/** `Calls`: makes and shows them. */
export function answerCalls(call: ApiCall, onCreated: (placed: TwilioCall) => void): ApiReply {
  const { method, segments, account, form, path } = call;
  const [, sid, ...more] = segments;
  if (more.length > 0) throw notFound(path);
  if (sid === undefined && method === 'POST') {
    const placed = create(form, account);
    account.calls.set(placed.sid, placed);
    return { status: 201, body: shown(placed, account), afterwards: () => onCreated(placed) };
  }
  if (method !== 'GET') throw new TwilioRefusal(405, 20004, 'Method not allowed');
  if (sid === undefined) {
    const calls = [...account.calls.values()].toReversed();
    return { status: 200, body: { calls: calls.map((each) => shown(each, account)) } };
  }
  const found = account.calls.get(sid);
  if (found === undefined) throw notFound(path);
  return { status: 200, body: shown(found, account) };
}

function create(form: URLSearchParams, account: TwilioAccount): TwilioCall {
  const to = given(form, 'To');
  if (to === undefined) throw new TwilioRefusal(400, 21201, "No 'To' number is specified");
  if (!telephone.test(to) || to === '+15005550001')
    throw new TwilioRefusal(
      400,
      21211,
      `The phone number you are attempting to call, ${to}, is not valid.`,
    );
  const from = given(form, 'From');
  if (from === undefined) throw new TwilioRefusal(400, 21213, "No 'From' number is specified");
  if (!account.numbers.has(from) && from !== '+15005550006')
    throw new TwilioRefusal(
      400,
      21210,
      `The source phone number provided, ${from}, is not yet verified for your account.`,
    );
  const url = given(form, 'Url');
  const twiml = given(form, 'Twiml');
  if (twiml === undefined && (url === undefined || !isWebAddress(url)))
    throw new TwilioRefusal(400, 21205, 'Url parameter is not valid');
  return {
    sid: newSid('CA'),
    direction: 'outbound-api',
    from,
    to,
    url,
    twiml,
    statusCallback: given(form, 'StatusCallback'),
    statusCallbackEvents: form.getAll('StatusCallbackEvent'),
    createdAt: new Date(),
    status: 'queued',
  };
}

function shown(call: TwilioCall, account: TwilioAccount): object {
  return {
    account_sid: account.sid,
    answered_by: null,
    api_version: version,
    date_created: rfc2822(call.createdAt),
    date_updated: rfc2822(call.createdAt),
    direction: call.direction,
    duration: null,
    end_time: null,
    from: call.from,
    price: null,
    price_unit: 'USD',
    sid: call.sid,
    start_time: null,
    status: call.status,
    to: call.to,
    uri: `${uriOf(account, 'Calls', call.sid)}.json`,
  };
}
