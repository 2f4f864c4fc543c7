/** Twilio writes addresses of other channels than telephony as `whatsapp:+15550100`. */
export function channelOf(address: string): string {
  return /^([a-z]+):/u.exec(address)?.[1] ?? 'sms';
}

/** A number sends on the channel of its receiver. */
export function senderFor(to: string, sender: string): string {
  const channel = channelOf(to);
  return channel === 'sms' || !sender.startsWith('+') ? sender : `${channel}:${sender}`;
}
