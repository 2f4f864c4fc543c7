import { HttpError } from '@made-open/plugin-sdk';
import { text } from '../fields.ts';

interface About {
  readonly status: number;
  readonly retryAfterMs?: number | undefined;
  /** Twilio's own number of the fault. */
  readonly twilioCode?: number | undefined;
}

/** Twilio refused a request. The platform reads `status` and `retryAfterMs` to decide whether it is tried again. */
export class TwilioError extends Error {
  override readonly name = 'TwilioError';
  readonly code = 'http.status';
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly twilioCode: number | undefined;

  constructor(message: string, { status, retryAfterMs, twilioCode }: About) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.twilioCode = twilioCode;
  }
}

/** A message or call that Twilio was not asked for, since it would refuse it; `status` says that trying again changes nothing. */
export class NotSendableError extends Error {
  override readonly name = 'NotSendableError';
  readonly code = 'twilio.not_sendable';
  readonly status = 422;
}

/** What to do about the faults that people meet. */
const advice: Readonly<Record<number, string>> = {
  20003: 'put the account SID and a fresh auth token or API key into the config of the connection',
  20404: 'look at the account SID in the config of the connection',
  20429: 'the account sends more than Twilio allows; it is tried again later',
  21210:
    'verify the sender as a caller id in the Twilio console, or send from a number of the account',
  21211: 'write the receiver as +, country code and number',
  21212: 'write the sender as +, country code and number, or name another sender of the account',
  21215: 'allow this country for calls in the Twilio console',
  21219:
    'a trial account reaches verified numbers only: verify the receiver, or upgrade the account',
  21266: 'sender and receiver are the same number',
  21408: 'allow this country for messages in the Twilio console',
  21602: 'give the message a body or an attachment',
  21603: 'name a sender: "from" of the message or of the config, or a messaging service',
  21606: 'send from a number of the account that can send messages to this receiver',
  21608:
    'a trial account reaches verified numbers only: verify the receiver, or upgrade the account',
  21610: 'the receiver has answered STOP and gets messages again when they answer START',
  21614: 'the receiver is no mobile number',
  21617: 'shorten the body to 1600 characters',
  21620: 'attachments need addresses that Twilio reaches: set the public URL of the platform',
  21623: 'send at most ten attachments',
  63007: 'the sender is not registered for this channel; name one that is',
  63016:
    'WhatsApp takes free text only within a day of the last answer: send a template with contentSid',
};

/** Says what Twilio answered in its own words, with what to do; nothing of the request. */
export function explained(error: unknown, what: string): unknown {
  if (!(error instanceof HttpError)) return error;
  const { status, retryAfterMs } = error;
  const { twilioCode, message } = reasonOf(error.body);
  const number = twilioCode === undefined ? '' : ` (${String(twilioCode)})`;
  const remedy = twilioCode === undefined ? undefined : advice[twilioCode];
  return new TwilioError(
    `Twilio answered ${String(status)} to ${what}: ${message}${number}${remedy === undefined ? '' : `; ${remedy}`}`,
    { status, retryAfterMs, twilioCode },
  );
}

/** `{ code, message, more_info, status }`; anything else comes from a proxy on the way. */
function reasonOf(body: string): { twilioCode: number | undefined; message: string } {
  try {
    const value: unknown = JSON.parse(body);
    const code =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'code') : undefined;
    return {
      twilioCode: typeof code === 'number' ? code : undefined,
      message: (text(value, 'message') ?? 'no message').replace(/\.$/u, ''),
    };
  } catch {
    return { twilioCode: undefined, message: 'no message of Twilio' };
  }
}
