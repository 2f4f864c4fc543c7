import { writeMessage } from '@made-open/bus';
import {
  CallCompletedSchema,
  CallFailedSchema,
  CallPlacedSchema,
  CallQueuedSchema,
  CallUnknownSchema,
  InvokeSchema,
  MessageDeliveredSchema,
  MessageFailedSchema,
  MessageQueuedSchema,
  MessageSentSchema,
  MessageUnknownSchema,
  pluginToken,
  routeSubject,
} from '@made-open/contracts';
import type { OutboxMessage } from '@made-open/postgres';
import type { Connection } from '../../connections/connection.ts';
import { outboxEvent } from '../../outbox-event.ts';
import type { Attachment, Attempt, Outbound, OutboundNews } from '../outbound.ts';

const messageEvents = {
  queued: MessageQueuedSchema,
  sent: MessageSentSchema,
  delivered: MessageDeliveredSchema,
  failed: MessageFailedSchema,
  unknown: MessageUnknownSchema,
};

const callEvents = {
  queued: CallQueuedSchema,
  sent: CallPlacedSchema,
  delivered: CallCompletedSchema,
  failed: CallFailedSchema,
  unknown: CallUnknownSchema,
};

/** The event that tells how a message or call stands. */
export function outboundEvent(news: OutboundNews, outbound: Outbound, now: Date): OutboxMessage {
  const shared = sharedState(outbound, now);
  if (outbound.kind === 'call') return outboxEvent(callEvents[news], { call: shared }, now);
  const { threadId, content } = outbound;
  const { to, body, attachments } = content;
  const message = {
    ...shared,
    to: [to],
    body,
    threadId,
    attachments: attachments.map(({ fileId, name, mimeType, sizeBytes }) => ({
      fileId,
      name,
      mimeType,
      sizeBytes,
    })),
  };
  return outboxEvent(messageEvents[news], { message }, now);
}

/** What a provider may be told to ask, or to report to. */
export interface Addresses {
  readonly urlOf: (attachment: Attachment) => string | undefined;
  readonly webhookUrl: string | undefined;
}

/** The command that asks a runner for an attempt. */
export function sendCommand(
  { outbound, attempt }: { readonly outbound: Outbound; readonly attempt: Attempt },
  connection: Connection,
  addresses: Addresses,
): OutboxMessage {
  const { connectionId, spaceId, pluginId } = outbound;
  const isIdempotent = connection.channel?.idempotentSends === true;
  const contentJson = JSON.stringify(contentOf(outbound, addresses));
  const work =
    outbound.kind === 'call'
      ? {
          case: 'call' as const,
          value: { attemptId: attempt.id, callJson: contentJson, isIdempotent },
        }
      : {
          case: 'message' as const,
          value: { attemptId: attempt.id, messageJson: contentJson, isIdempotent },
        };
  const parameters = { plugin: pluginToken(pluginId), connection: connectionId };
  return {
    subject: routeSubject(InvokeSchema, parameters),
    payload: writeMessage(InvokeSchema, {
      invocationId: attempt.id,
      connectionId,
      spaceId,
      try: outbound.attempts + 1,
      endBefore: attempt.endBefore.toISOString(),
      withinMs: attempt.endBefore.getTime() - attempt.createdAt.getTime(),
      hasRequestBudget: connection.hasRequestBudget,
      work,
    }),
  };
}

/** What OutboundMessage and OutboundCall of the SDK name themselves, files above all, is not the client's to say. */
const callNames = ['to', 'from', 'threadId', 'attachments', 'idempotencyKey', 'webhookUrl'];
const ownNames = {
  call: new Set(callNames),
  message: new Set([...callNames, 'body']),
};

/** OutboundMessage or OutboundCall of the SDK. */
function contentOf({ id, kind, content }: Outbound, { urlOf, webhookUrl }: Addresses): object {
  const { to, from, body, threadId, attachments, attributes } = content;
  const shared = {
    ...Object.fromEntries(Object.entries(attributes).filter(([name]) => !ownNames[kind].has(name))),
    to,
    ...(from === '' ? {} : { from }),
    idempotencyKey: id,
    webhookUrl,
  };
  if (kind === 'call') return shared;
  return {
    ...shared,
    body,
    ...(threadId === '' ? {} : { threadId }),
    ...(attachments.length === 0
      ? {}
      : {
          attachments: attachments.map((attachment) => ({
            file_id: attachment.fileId,
            name: attachment.name,
            mime_type: attachment.mimeType,
            size_bytes: attachment.sizeBytes,
            url: urlOf(attachment),
          })),
        }),
  };
}

function sharedState(outbound: Outbound, now: Date) {
  const { connectionId, spaceId, pluginId, channelType, externalId, attempts, error } = outbound;
  return {
    outboundId: outbound.id,
    connectionId,
    spaceId,
    pluginId,
    channelType,
    externalId,
    from: outbound.content.from,
    to: outbound.content.to,
    providerStatus: outbound.providerStatus,
    occurredAt: now.toISOString(),
    attempts,
    errorCode: error?.code ?? '',
    errorMessage: error?.message ?? '',
    requestedBy: outbound.requestedBy,
    causedBy: [...outbound.causedBy],
  };
}
