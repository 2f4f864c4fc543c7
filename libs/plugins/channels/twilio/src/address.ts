/** Twilio writes addresses of other channels than telephony as `whatsapp:+15550100`. */
export function channelOf(address: string): string {
  return /^([a-z]+):/u.exec(address)?.[1] ?? 'sms';
}

/** A number sends on the channel of its receiver. */
export function senderFor(to: string, sender: string): string {
  const channel = channelOf(to);
  return channel === 'sms' || !sender.startsWith('+') ? sender : `${channel}:${sender}`;
}

/**
 * The conversation between addresses, the same from both sides. The platform makes that of text messages itself; other channels
 * of the connection need their own.
 */
export function threadOf(addresses: readonly string[]): string | undefined {
  const channel = channelOf(addresses[0] ?? '');
  return channel === 'sms' ? undefined : addresses.toSorted().join(' ');
}
