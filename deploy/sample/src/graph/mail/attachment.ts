import type { GraphEntity } from '../changes/change-feed.ts';
import type { StoredFile } from '../mailbox/stored-file.ts';

/** What a message has beside its text. Of a link to a file elsewhere there is no content. */
export interface Attachment {
  readonly id: string;
  readonly kind: 'fileAttachment' | 'itemAttachment' | 'referenceAttachment';
  readonly name: string;
  readonly isInline: boolean;
  readonly lastModifiedDateTime: string;
  readonly file: StoredFile | undefined;
}

/** As Graph shows it. */
export function shownAttachment({
  id,
  kind,
  name,
  isInline,
  lastModifiedDateTime,
  file,
}: Attachment): GraphEntity {
  const isFile = kind === 'fileAttachment';
  return {
    '@odata.type': `#microsoft.graph.${kind}`,
    id,
    lastModifiedDateTime,
    name,
    contentType: isFile ? (file?.contentType ?? null) : null,
    // Outlook counts what it keeps around it, too.
    size: (file?.content.byteLength ?? 0) + 180,
    isInline,
    ...(isFile ? { contentBytes: file?.content.toString('base64') } : {}),
  };
}
