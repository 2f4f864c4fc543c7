import type { JsonObject } from '@bufbuild/protobuf';
import type { Outbound } from '../outbound.ts';

/** A message or call as clients see it. */
export function outboundView(outbound: Outbound): JsonObject {
  const { id, kind, state, content, error } = outbound;
  return {
    id,
    type: `outbound_${kind}`,
    state,
    connection_id: outbound.connectionId,
    plugin_id: outbound.pluginId,
    to: content.to,
    from: content.from || null,
    ...(kind === 'message' ? messageView(outbound) : {}),
    attributes: content.attributes,
    external_id: outbound.externalId || null,
    provider_status: outbound.providerStatus || null,
    attempts: outbound.attempts,
    error: error === undefined ? null : { ...error },
    requested_by: outbound.requestedBy,
    created_at: outbound.createdAt.toISOString(),
    updated_at: outbound.updatedAt.toISOString(),
    next_try_at: state === 'queued' ? timeOf(outbound.wakeAt) : null,
    sent_at: timeOf(outbound.sentAt),
    delivered_at: timeOf(outbound.deliveredAt),
    href: outboundPath(outbound),
  };
}

/** Where it is found. */
export function outboundPath({ id, connectionId, kind }: Outbound): string {
  return `/v1/channels/${connectionId}/${kind}s/${id}`;
}

/** As it was accepted: what every request with its key is answered, however it stands by then. */
export function acceptedView(outbound: Outbound): JsonObject {
  const { createdAt } = outbound;
  return outboundView({
    ...outbound,
    state: 'queued',
    attempts: 0,
    externalId: '',
    providerStatus: '',
    error: undefined,
    updatedAt: createdAt,
    sentAt: undefined,
    deliveredAt: undefined,
    wakeAt: createdAt,
    threadId: outbound.content.threadId,
  });
}

function messageView({ content, threadId }: Outbound): JsonObject {
  return {
    body: content.body,
    thread_id: threadId || null,
    attachments: content.attachments.map(({ fileId, name, mimeType, sizeBytes }) => ({
      file_id: fileId,
      name,
      mime_type: mimeType,
      size_bytes: sizeBytes,
    })),
  };
}

function timeOf(time: Date | undefined): string | null {
  return time?.toISOString() ?? null;
}
