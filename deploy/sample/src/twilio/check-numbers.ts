import { TwilioRefusal } from './twilio-error.ts';
import type { TwilioAccount } from './twilio-account.ts';

const telephone = /^\+[1-9]\d{6,14}$/u;
const otherChannel = /^(whatsapp|messenger|rcs):\S+$/u;

/** Receivers that Twilio documents for tests, and what each meets. */
const magicReceivers: Readonly<Record<string, (to: string) => TwilioRefusal>> = {
  '+15005550001': (to) => invalidReceiver(to),
  '+15005550002': () =>
    new TwilioRefusal(400, 21612, "The 'To' phone number is not currently reachable via SMS"),
  '+15005550003': () =>
    new TwilioRefusal(
      400,
      21408,
      'Permission to send an SMS has not been enabled for the region indicated by the To number',
    ),
  '+15005550004': () => unsubscribed(),
  '+15005550009': (to) =>
    new TwilioRefusal(400, 21614, `'To' number: ${to} is not a valid mobile number`),
};

/** Senders that Twilio documents for tests. */
const magicSenders: Readonly<Record<string, (from: string) => TwilioRefusal | undefined>> = {
  '+15005550001': (from) => invalidSender(from),
  '+15005550006': () => undefined,
  '+15005550007': (from) => foreignSender(from),
  '+15005550008': () =>
    new TwilioRefusal(
      429,
      21611,
      "This 'From' number has exceeded the maximum number of queued messages",
    ),
};

/** Throws what Twilio says of a receiver that it cannot send a message to. */
export function checkReceiver(to: string, account: TwilioAccount): void {
  const isOther = otherChannel.test(to);
  if (!isOther && !telephone.test(to) && !/^\d{5,6}$/u.test(to)) throw invalidReceiver(to);
  const magic = magicReceivers[to];
  if (magic !== undefined) throw magic(to);
  if (account.unsubscribed.has(to)) throw unsubscribed();
}

/** Throws what Twilio says of a sender that the account does not have. */
export function checkSender(from: string, to: string, account: TwilioAccount): void {
  const magic = magicSenders[from];
  if (magic !== undefined) {
    const refusal = magic(from);
    if (refusal !== undefined) throw refusal;
    return;
  }
  if (channelOf(from) !== channelOf(to))
    throw new TwilioRefusal(
      400,
      21910,
      'Invalid From and To pair. From and To should be of the same channel',
    );
  if (account.numbers.has(from)) return;
  if (channelOf(from) !== 'sms')
    throw new TwilioRefusal(
      400,
      63007,
      'Twilio could not find a Channel with the specified From address',
    );
  throw telephone.test(from) ? foreignSender(from) : invalidSender(from);
}

function channelOf(address: string): string {
  return otherChannel.exec(address)?.[1] ?? 'sms';
}

function invalidReceiver(to: string): TwilioRefusal {
  return new TwilioRefusal(400, 21211, `Invalid 'To' Phone Number: ${masked(to)}`);
}

function invalidSender(from: string): TwilioRefusal {
  return new TwilioRefusal(400, 21212, `Invalid 'From' Phone Number: ${masked(from)}`);
}

function foreignSender(from: string): TwilioRefusal {
  return new TwilioRefusal(
    400,
    21606,
    `The 'From' phone number provided (${from}) is not a valid message-capable Twilio phone number for this destination.`,
  );
}

function unsubscribed(): TwilioRefusal {
  return new TwilioRefusal(400, 21610, 'Attempt to send to unsubscribed recipient');
}

/** Twilio shows the last digits as X. */
function masked(address: string): string {
  return `${address.slice(0, -4)}XXXX`;
}
