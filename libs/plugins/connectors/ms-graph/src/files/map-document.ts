import type { ConnectorDataItem } from '@made-open/plugin-sdk';
import { field, text, told, type Json } from '../json.ts';

/** A file of a drive as a document; its content stays where it is. */
export function mapDocument(raw: Json): ConnectorDataItem {
  const size = field(raw, 'size');
  return {
    type: 'document',
    externalId: String(raw['id']),
    data: told({
      title: text(raw, 'name'),
      mime_type: text(raw, 'file', 'mimeType'),
      url: text(raw, 'webUrl'),
      size_bytes: typeof size === 'number' ? size : undefined,
      authors: [text(raw, 'createdBy', 'user', 'displayName')].filter((name) => name !== undefined),
      updated_at: text(raw, 'lastModifiedDateTime'),
      created_at: text(raw, 'createdDateTime'),
      modified_by: text(raw, 'lastModifiedBy', 'user', 'displayName'),
      parent_id: text(raw, 'parentReference', 'id'),
      checksum: text(raw, 'file', 'hashes', 'quickXorHash'),
    }),
    raw,
  };
}
