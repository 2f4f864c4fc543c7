import type { Connection } from '../connections/connection.ts';
import { InvalidItemError } from '../errors.ts';
import { isPlainObject } from '../items/json-value.ts';
import type { ItemLine } from '../items/read-frame.ts';
import { snakeCased, type EventPayload } from './event-payload.ts';
import { faxDocument, type FaxPages } from './fax-document.ts';

export const faxReceived = 'communication.FaxReceived';

/** A fax that has come in: the document that is made of it, and how it is told of. */
export interface ReceivedFax {
  readonly kind: 'fax';
  readonly item: ItemLine;
  readonly fileId: string;
  /** In the names of the event's schema. */
  readonly told: Readonly<Record<string, unknown>>;
}

const maxIdLength = 480;
const maxNumberLength = 320;
const maxPages = 100_000;

/** Throws InvalidItemError. */
export function readFax(
  { channelType }: Pick<Connection, 'channelType'>,
  payload: EventPayload,
  { line, time }: { readonly line: Uint8Array; readonly time: Date },
): ReceivedFax {
  const id = payload.requiredText('external_id', maxIdLength);
  const from = payload.text('from', maxNumberLength);
  const to = payload.text('to', maxNumberLength);
  const pages = pagesOf(payload.take('pages'));
  const receivedAt = payload.time('received_at', time);
  const file = fileOf(payload.take('file'));
  const type = payload.text('channel_type', 64) || channelType;
  const attributes = payload.rest();
  const fax = { id, from, to, pages, time: receivedAt, file, attributes };
  return {
    kind: 'fax',
    item: faxDocument({ ...fax, direction: 'inbound' }, line),
    fileId: file.fileId,
    told: {
      channel_type: type,
      external_id: id,
      from,
      to,
      received_at: receivedAt,
      pages,
      file: {
        file_id: file.fileId,
        name: file.name,
        mime_type: file.mimeType,
        size_bytes: file.sizeBytes,
      },
      attributes,
    },
  };
}

function fileOf(value: unknown): FaxPages['file'] {
  const given = snakeCased(value);
  const {
    file_id: fileId,
    name,
    mime_type: mimeType,
    size_bytes: sizeBytes,
  } = isPlainObject(given) ? given : {};
  if (typeof fileId !== 'string' || !/^[0-9a-f]{64}$/u.test(fileId))
    throw new InvalidItemError('file must be what context.files.save or saveAs gave');
  return {
    fileId,
    name: typeof name === 'string' ? name : '',
    mimeType: typeof mimeType === 'string' && mimeType !== '' ? mimeType : 'application/pdf',
    sizeBytes: typeof sizeBytes === 'number' ? sizeBytes : undefined,
  };
}

function pagesOf(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxPages)
    return value;
  throw new InvalidItemError('pages must be a whole number');
}
