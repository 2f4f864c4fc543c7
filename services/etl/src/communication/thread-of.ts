import { createHash } from 'node:crypto';
import { normaliseAddress } from './address.ts';

/** What a thread is made of when nobody has given one. */
export interface Correspondence {
  readonly direction: 'inbound' | 'outbound';
  /** Empty when it is not told. */
  readonly sender: string;
  readonly recipients: readonly string[];
  /** Of the message; counts only where the connection has a type, since what is sent is told of by that alone. */
  readonly channelType: string;
  readonly connectionType: string;
}

/** Of the addresses as they are; more of them are hashed, since what two threads have in common must not make them one. */
const maxLength = 400;

/**
 * The same for both directions. Of two who talk it is the other one: what is sent often does not say from which of its own
 * addresses. Of more it is all of them.
 */
export function threadOf(correspondence: Correspondence): string {
  const { direction, sender, recipients } = correspondence;
  const talking =
    recipients.length > 1
      ? [sender, ...recipients]
      : [direction === 'inbound' ? sender : (recipients[0] ?? '')];
  const addresses = talking.filter((address) => address !== '').map(normaliseAddress);
  const [scheme = ''] = addresses.map((address) => address.scheme).filter((each) => each !== '');
  const texts = [...new Set(addresses.map(({ text }) => text))].toSorted();
  const prefix = scheme === '' ? typeOf(correspondence) : scheme;
  const thread = [prefix, texts.join(',')].filter((part) => part !== '').join(':');
  return thread.length <= maxLength ? thread : `${prefix}:${digest(thread)}`;
}

function typeOf({ channelType, connectionType }: Correspondence): string {
  return connectionType === '' ? '' : (channelType || connectionType).toLowerCase();
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
