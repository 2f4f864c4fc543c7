import { toJsonString } from '@bufbuild/protobuf';
import { OutboundFaxStateSchema, type OutboundFaxState } from '@made-open/contracts';
import type { DatabaseOptions } from '@made-open/postgres';
import { connectionIn } from '../connections/connection.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Session } from '../database/session.ts';
import { holdFiles } from '../files/hold-files.ts';
import { WriteItems } from '../items/write-items.ts';
import { appendMessages } from '../outbox/append-messages.ts';
import { EventBatches } from '../outbox/event-batches.ts';
import { saveQuarantine } from '../quarantine/quarantine.ts';
import { lockRun } from '../runs/run-state.ts';
import { faxDocument, type FaxPages } from './fax-document.ts';
import { makeDocuments } from './make-documents.ts';

/** Keeps the pages of what was faxed as a document, which keeps the file. */
export class StoreSentFax {
  readonly #database: DatabaseOptions;
  readonly #onCommitted: () => void;

  constructor(database: DatabaseOptions, onCommitted: () => void) {
    this.#database = database;
    this.#onCommitted = onCommitted;
  }

  /** Again it changes nothing. */
  async store(fax: OutboundFaxState): Promise<void> {
    const pages = pagesOf(fax);
    if (pages === undefined) return;
    const raw = toJsonString(OutboundFaxStateSchema, fax, { useProtoFieldName: true });
    await inTransaction(this.#database, (session) =>
      storeWithin(session, fax, { pages, raw: Buffer.from(raw) }),
    );
    this.#onCommitted();
  }
}

/** Under the fence, as all that writes to a connection. */
async function storeWithin(
  session: Session,
  { connectionId, outboundId, causedBy }: OutboundFaxState,
  { pages, raw }: { readonly pages: FaxPages; readonly raw: Uint8Array },
): Promise<void> {
  const connection = await connectionIn(session, connectionId);
  if (connection.isDeleted) return;
  await lockRun(session, connection.key);
  await holdFiles(session, connection, [pages.file]);
  const time = new Date();
  const batches = new EventBatches(time);
  const target = { session, connectionKey: connection.key, time };
  const items = new WriteItems({ connection, target, batches, isCareful: true, causedBy });
  const document = faxDocument(pages, raw);
  await makeDocuments({ session, connection, items, mayWrite: true }, [document]);
  await items.sent();
  if (items.refused.length > 0) {
    const origin = { connectionKey: connection.key, runId: outboundId, isRemap: false };
    await saveQuarantine(session, origin, items.refused);
  }
  await appendMessages(session, batches.messages());
}

function pagesOf(fax: OutboundFaxState): FaxPages | undefined {
  const { file, outboundId, from, to, pages, occurredAt, requestedBy } = fax;
  if (file?.fileId === undefined) return undefined;
  return {
    id: `outbound:${outboundId}`,
    direction: 'outbound',
    from,
    to,
    pages,
    time: occurredAt,
    file: {
      fileId: file.fileId,
      name: file.name ?? '',
      mimeType: file.mimeType ?? 'application/pdf',
      sizeBytes: file.sizeBytes,
    },
    attributes: { outbound_id: outboundId, requested_by: requestedBy || undefined },
  };
}
