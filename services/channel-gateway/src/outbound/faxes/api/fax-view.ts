import type { JsonObject } from '@bufbuild/protobuf';
import { faxStateOf, type Fax } from '../fax.ts';

/** A fax as clients see it. */
export function faxView(outbound: Fax): JsonObject {
  const { id, state, content, error, fax } = outbound;
  const [file] = content.attachments;
  return {
    id,
    type: 'outbound_fax',
    state: faxStateOf(outbound),
    connection_id: outbound.connectionId,
    plugin_id: outbound.pluginId,
    plugin_version: fax.pluginVersion,
    to: content.to,
    from: content.from || null,
    file:
      file === undefined
        ? null
        : {
            file_id: file.fileId,
            name: file.name,
            mime_type: file.mimeType,
            size_bytes: file.sizeBytes,
          },
    attributes: content.attributes,
    job_id: outbound.externalId || null,
    provider_status: outbound.providerStatus || null,
    pages: fax.pages === 0 ? null : fax.pages,
    attempts: outbound.attempts,
    questions: fax.asked,
    cancelling: fax.isCancelWanted || fax.isCancelling,
    test: fax.isTest,
    error: error === undefined ? null : { ...error },
    requested_by: outbound.requestedBy,
    created_at: outbound.createdAt.toISOString(),
    updated_at: outbound.updatedAt.toISOString(),
    next_try_at: state === 'queued' ? timeOf(outbound.wakeAt) : null,
    sent_at: timeOf(outbound.sentAt),
    succeeded_at: timeOf(outbound.deliveredAt),
    href: faxPath(outbound),
  };
}

/** Where it is found. */
export function faxPath({ id }: Fax): string {
  return `/v1/faxes/${id}`;
}

/** As it was accepted: what every request with its key is answered, however it stands by then. */
export function acceptedFaxView(outbound: Fax): JsonObject {
  const { createdAt, fax } = outbound;
  return faxView({
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
    fax: { ...fax, pages: 0, asked: 0, isCancelWanted: false, isCancelling: false },
  });
}

function timeOf(time: Date | undefined): string | null {
  return time?.toISOString() ?? null;
}
