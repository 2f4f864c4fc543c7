import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { Insertable, Selectable } from 'kysely';
import { createHash } from 'node:crypto';
import { faxStateOf, isFax } from '../faxes/fax.ts';
import { progressOf } from '../faxes/progress-row.ts';
import type { Attachment, Attempt, Outbound, OutboundContent, OutboundError } from '../outbound.ts';
import type { StatusReport } from '../sending/apply-report.ts';
import type { OutboundTables } from './tables.ts';

export function outboundOf(row: Selectable<OutboundTables['outbound']>): Outbound {
  return {
    id: row.id,
    spaceId: row.space_id,
    connectionId: row.connection_id,
    pluginId: row.plugin_id,
    channelType: row.channel_type,
    kind: row.kind,
    content: contentOf(row.content),
    requestedBy: row.requested_by,
    causedBy: row.caused_by,
    state: row.state,
    attempts: row.attempts,
    mayHaveGone: row.may_have_gone,
    externalId: row.external_id,
    threadId: row.thread_id,
    providerStatus: row.provider_status,
    error: errorOf(row.error),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    sentAt: row.sent_at ?? undefined,
    deliveredAt: row.delivered_at ?? undefined,
    wakeAt: row.wake_at ?? undefined,
    fax: row.fax === null ? undefined : progressOf(row.fax),
  };
}

export function outboundRow(outbound: Outbound): Insertable<OutboundTables['outbound']> {
  return {
    id: outbound.id,
    space_id: outbound.spaceId,
    connection_id: outbound.connectionId,
    plugin_id: outbound.pluginId,
    channel_type: outbound.channelType,
    kind: outbound.kind,
    // Of type json: jsonb refuses NUL, which a body may hold.
    content: JSON.stringify(outbound.content),
    requested_by: outbound.requestedBy,
    caused_by: [...outbound.causedBy],
    state: outbound.state,
    attempts: outbound.attempts,
    may_have_gone: outbound.mayHaveGone,
    external_id: outbound.externalId,
    thread_id: outbound.threadId,
    provider_status: outbound.providerStatus,
    error: outbound.error === undefined ? null : JSON.stringify(outbound.error),
    created_at: outbound.createdAt,
    updated_at: outbound.updatedAt,
    sent_at: outbound.sentAt ?? null,
    delivered_at: outbound.deliveredAt ?? null,
    wake_at: outbound.wakeAt ?? null,
    fax: outbound.fax === undefined ? null : JSON.stringify(outbound.fax),
    fax_state: isFax(outbound) ? faxStateOf(outbound) : null,
    lane: laneOf(outbound),
  };
}

/** A hash: a receiver may be named by anything, and PostgreSQL's text holds no NUL. */
function laneOf({ kind, content }: Outbound): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, content.to]))
    .digest('hex');
}

export function attemptOf(row: Selectable<OutboundTables['attempt']>): Attempt {
  return {
    id: row.id,
    outboundId: row.outbound_id,
    createdAt: row.created_at,
    endBefore: row.end_before,
    asker: row.asker,
    begunAt: row.begun_at ?? undefined,
    outcome: row.outcome,
  };
}

export function attemptRow(attempt: Attempt): Insertable<OutboundTables['attempt']> {
  return {
    id: attempt.id,
    outbound_id: attempt.outboundId,
    created_at: attempt.createdAt,
    end_before: attempt.endBefore,
    asker: attempt.asker,
    begun_at: attempt.begunAt ?? null,
    outcome: attempt.outcome,
  };
}

export function reportOf(row: Selectable<OutboundTables['status_report']>): StatusReport {
  return {
    eventId: row.event_id,
    connectionId: row.connection_id,
    externalId: row.external_id,
    status: row.status,
    error: errorOf(row.error),
    occurredAt: row.occurred_at,
  };
}

/** What was written here before: members that are missing were not known then. */
function contentOf(value: JsonValue): OutboundContent {
  const object = objectOf(value);
  const attachments = Array.isArray(object['attachments']) ? object['attachments'] : [];
  return {
    to: textOf(object['to']),
    from: textOf(object['from']),
    body: textOf(object['body']),
    threadId: textOf(object['threadId']),
    attachments: attachments.map(attachmentOf),
    attributes: objectOf(object['attributes'] ?? null),
  };
}

function attachmentOf(value: JsonValue): Attachment {
  const { fileId, name, mimeType, sizeBytes } = objectOf(value);
  return {
    fileId: textOf(fileId),
    name: textOf(name),
    mimeType: textOf(mimeType),
    sizeBytes: Number(sizeBytes),
  };
}

function errorOf(value: JsonValue | null): OutboundError | undefined {
  if (value === null) return undefined;
  const { code, message } = objectOf(value);
  return { code: textOf(code), message: textOf(message) };
}

function objectOf(value: JsonValue): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
