import type { ConnectorDataItem } from '@made-open/plugin-sdk';
import { addressOf } from '../address-of.ts';
import { flag, list, text, told, type Json } from '../json.ts';

/** Set by this plugin on what lies in Sent Items: Graph itself does not say who wrote a message. */
export const directionAnnotation = '@madeopen.direction';
/** Set on a message whose body was cut. */
export const cutAnnotation = '@madeopen.bodyCut';

/** Set by this plugin: what is attached, in the form of the unified model. */
export const attachmentsAnnotation = '@madeopen.attachments';

/** A mail as a message. */
export function mapMessage(raw: Json): ConnectorDataItem {
  const recipients = participants(raw, {
    to: 'toRecipients',
    cc: 'ccRecipients',
    bcc: 'bccRecipients',
  });
  const from = participants({ from: [raw['from'] ?? raw['sender']] }, { from: 'from' });
  return {
    type: 'message',
    externalId: String(raw['id']),
    data: told({
      subject: text(raw, 'subject'),
      body: text(raw, 'body', 'content') ?? text(raw, 'bodyPreview'),
      sender: text(from[0], 'address'),
      recipients: recipients.map(({ address }) => address),
      thread_id: text(raw, 'conversationId'),
      sent_at: text(raw, 'sentDateTime') ?? text(raw, 'receivedDateTime'),
      channel_type: 'email',
      direction: text(raw, directionAnnotation) ?? 'inbound',
      updated_at: text(raw, 'lastModifiedDateTime'),
      participants: [...from, ...recipients],
      is_read: flag(raw, 'isRead'),
      attachments: list(raw, attachmentsAnnotation),
      labels: list(raw, 'categories'),
      has_attachments: flag(raw, 'hasAttachments'),
      importance: text(raw, 'importance'),
      url: text(raw, 'webLink'),
      body_is_cut: flag(raw, cutAnnotation),
    }),
    raw,
  };
}

interface Participant {
  readonly role: string;
  readonly name?: string;
  readonly address: string;
}

/** Everybody in the lists that these roles have; without an address the name stands for it. */
function participants(raw: Json, roles: Readonly<Record<string, string>>): Participant[] {
  return Object.entries(roles).flatMap(([role, property]) =>
    list(raw, property).flatMap((entry): Participant[] => {
      const address = addressOf(entry);
      const name = text(entry, 'emailAddress', 'name');
      if (address === undefined) return [];
      return [{ role, ...(name === undefined ? {} : { name }), address }];
    }),
  );
}
