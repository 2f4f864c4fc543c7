import { fieldOf, firstFieldOf, type Payload } from '@made-open/nest';
import { createHash } from 'node:crypto';
import type { Webhook } from '../connections/webhook.ts';

const telegramKinds = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'callback_query.message',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
];

/** What each scheme's deliveries of one conversation have in common; empty when this one has nothing of it. */
const finders: Readonly<Record<string, (payload: Payload) => string>> = {
  // Both directions of a conversation.
  twilio: (payload) =>
    ['From', 'To']
      .map((name) => fieldOf(payload, name))
      .filter((address) => address !== '')
      .toSorted()
      .join(' '),
  slack: (payload) =>
    firstFieldOf(payload, [
      'event.channel',
      'event.item.channel',
      'event.channel.id',
      'channel_id',
    ]),
  telegram: (payload) =>
    firstFieldOf(
      payload,
      telegramKinds.map((kind) => `${kind}.chat.id`),
    ),
};

/**
 * Deliveries of one connection with the same key are handled one after the other, whatever becomes of one. Empty where
 * nothing tells conversations apart: such deliveries keep their order as long as none of them fails.
 */
export function conversationKeyOf(webhook: Webhook, payload: Payload): string {
  const declared = (webhook.conversationKey ?? []).map((path) => fieldOf(payload, path));
  const key = declared.some((text) => text !== '')
    ? JSON.stringify(declared)
    : (finders[webhook.verify]?.(payload) ?? '');
  // PostgreSQL stores no NUL, and what cannot be stored would hold up all others.
  const isPlain = key.length <= 200 && !/[\p{Cc}\p{Cs}]/u.test(key);
  return isPlain ? key : createHash('sha256').update(key).digest('hex');
}
