import { entityModels } from '../entities/entity-model.ts';
import { normaliseItem } from '../items/normalise-item.ts';
import type { ItemLine } from '../items/read-frame.ts';

/** A fax, as far as its document tells of it. */
export interface FaxPages {
  /** The provider's id, or one of our own. */
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  readonly from: string;
  readonly to: string;
  readonly pages: number;
  /** RFC 3339. */
  readonly time: string;
  readonly file: {
    readonly fileId: string;
    readonly name: string;
    readonly mimeType: string;
    readonly sizeBytes: number | undefined;
  };
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The document of a fax, checked as an item is; throws InvalidItemError. */
export function faxDocument(fax: FaxPages, raw: Uint8Array): ItemLine {
  const { direction, from, to, pages, time, file } = fax;
  const isInbound = direction === 'inbound';
  const data = {
    title: isInbound ? `Fax from ${from || 'an unknown number'}` : `Fax to ${to}`,
    mime_type: file.mimeType,
    size_bytes: file.sizeBytes,
    file_id: file.fileId,
    created_at: time,
    updated_at: time,
    attributes: {
      ...fax.attributes,
      kind: 'fax',
      direction,
      from: from || undefined,
      to: to || undefined,
      pages: pages === 0 ? undefined : pages,
      file_name: file.name || undefined,
    },
  };
  const text = JSON.stringify(data);
  normaliseItem(entityModels.document, text);
  const line = Buffer.concat([Buffer.from(`${text}\t`), raw]);
  return { externalId: documentIdOf(fax.id), line };
}

/** Apart from ids that a plugin gives the documents that it yields. */
export function documentIdOf(faxId: string): string {
  return `fax:${faxId}`;
}
