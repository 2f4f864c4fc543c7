import { writeMessage } from '@made-open/bus';
import {
  CallCompletedSchema,
  CallFailedSchema,
  CallPlacedSchema,
  CallQueuedSchema,
  CallUnknownSchema,
  FaxCancelledSchema,
  FaxFailedSchema,
  FaxQueuedSchema,
  FaxSentSchema,
  FaxSucceededSchema,
  FaxUnknownSchema,
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
import { faxStateOf, isFax, type Fax } from '../faxes/fax.ts';
import type { Attachment, Attempt, Outbound, OutboundNews } from '../outbound.ts';

const messageEvents = {
  queued: MessageQueuedSchema,
  sent: MessageSentSchema,
  delivered: MessageDeliveredSchema,
  failed: MessageFailedSchema,
  unknown: MessageUnknownSchema,
  cancelled: MessageFailedSchema,
};

const callEvents = {
  queued: CallQueuedSchema,
  sent: CallPlacedSchema,
  delivered: CallCompletedSchema,
  failed: CallFailedSchema,
  unknown: CallUnknownSchema,
  cancelled: CallFailedSchema,
};

const faxEvents = {
  queued: FaxQueuedSchema,
  sent: FaxSentSchema,
  delivered: FaxSucceededSchema,
  failed: FaxFailedSchema,
  unknown: FaxUnknownSchema,
  cancelled: FaxCancelledSchema,
};

/** The event that tells how a message, call or fax stands. */
export function outboundEvent(news: OutboundNews, outbound: Outbound, now: Date): OutboxMessage {
  const shared = sharedState(outbound, now);
  if (isFax(outbound))
    return outboxEvent(faxEvents[news], { fax: faxState(outbound, shared) }, now);
  if (outbound.kind === 'call') return outboxEvent(callEvents[news], { call: shared }, now);
  const { threadId, content } = outbound;
  const { to, body, attachments } = content;
  const message = {
    ...shared,
    to: [to],
    body,
    threadId,
    attachments: attachments.map(attached),
  };
  return outboxEvent(messageEvents[news], { message }, now);
}

function attached({ fileId, name, mimeType, sizeBytes }: Attachment) {
  return { fileId, name, mimeType, sizeBytes };
}

function faxState(fax: Fax, shared: ReturnType<typeof sharedState>) {
  const [file] = fax.content.attachments;
  return {
    ...shared,
    pluginVersion: fax.fax.pluginVersion,
    state: faxStateOf(fax),
    pages: fax.fax.pages,
    isTest: fax.fax.isTest,
    ...(file === undefined ? {} : { file: attached(file) }),
  };
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
  const work = workOf(outbound.kind, { attemptId: attempt.id, contentJson, isIdempotent });
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
      pluginVersion: outbound.fax?.pluginVersion ?? '',
      work,
    }),
  };
}

function workOf(
  kind: Outbound['kind'],
  { contentJson, ...shared }: { attemptId: string; contentJson: string; isIdempotent: boolean },
) {
  switch (kind) {
    case 'call':
      return { case: 'call' as const, value: { ...shared, callJson: contentJson } };
    case 'fax':
      return { case: 'fax' as const, value: { ...shared, faxJson: contentJson } };
    default:
      return { case: 'message' as const, value: { ...shared, messageJson: contentJson } };
  }
}

/** What OutboundMessage, OutboundCall and OutboundFax of the SDK name themselves, files above all, is not the client's to say. */
const callNames = ['to', 'from', 'threadId', 'attachments', 'idempotencyKey', 'webhookUrl'];
const ownNames = {
  call: new Set(callNames),
  message: new Set([...callNames, 'body']),
  fax: new Set([...callNames, 'file']),
};

/** OutboundMessage, OutboundCall or OutboundFax of the SDK. */
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
  const files = attachments.map((attachment) => handleOf(attachment, urlOf));
  if (kind === 'fax') return { ...shared, file: files[0] };
  return {
    ...shared,
    body,
    ...(threadId === '' ? {} : { threadId }),
    ...(files.length === 0 ? {} : { attachments: files }),
  };
}

/** OutboundAttachment of the SDK. */
function handleOf(attachment: Attachment, urlOf: Addresses['urlOf']): object {
  return {
    file_id: attachment.fileId,
    name: attachment.name,
    mime_type: attachment.mimeType,
    size_bytes: attachment.sizeBytes,
    url: urlOf(attachment),
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
