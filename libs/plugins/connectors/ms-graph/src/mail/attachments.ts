import type { HostContext } from '@made-open/plugin-sdk';
import type { GraphClient } from '../account/graph-client.ts';
import { field, flag, text, told, type Json } from '../json.ts';
import type { FileKeeper } from '../kept-files/file-keeper.ts';
import type { FileMemory } from '../kept-files/file-memory.ts';
import { attachmentsAnnotation } from './map-message.ts';

/** How many files of one message are kept; the names of the others are. */
const mostFiles = 10;
const mostNames = 100;
const select = 'name,contentType,size,isInline,lastModifiedDateTime';

export interface AttachmentSource {
  readonly client: GraphClient;
  readonly keeper: FileKeeper;
  readonly kept: FileMemory;
  readonly crypto: HostContext['crypto'];
  /** Larger files are brought by name alone. */
  readonly limitBytes: number;
}

/** A message with what is attached to it: files with their content, other items and links by name alone. */
export async function withAttachments(message: Json, source: AttachmentSource): Promise<Json> {
  if (flag(message, 'hasAttachments') !== true) return message;
  const path = `/me/messages/${encodeURIComponent(text(message, 'id') ?? '')}/attachments`;
  const title = `what is attached to "${text(message, 'subject') ?? ''}"`;
  const listed = await source.keeper.attempt(title, () =>
    source.client.all(`${path}?$select=${select}`),
  );
  if (listed === undefined) return message;
  const attachments: object[] = [];
  let files = 0;
  for (const attachment of listed.slice(0, mostNames)) {
    const isWanted = files < mostFiles && isFile(attachment, source.limitBytes);
    if (isWanted) files++;
    attachments.push(isWanted ? await keptFile(attachment, path, source) : named(attachment));
  }
  return { ...message, [attachmentsAnnotation]: attachments };
}

/** Pictures within the text are part of a body that is not brought. */
function isFile(attachment: Json, limitBytes: number): boolean {
  const size = sizeOf(attachment) ?? 0;
  const isInline = flag(attachment, 'isInline') === true;
  return text(attachment, '@odata.type') === fileType && !isInline && size <= limitBytes;
}

const fileType = '#microsoft.graph.fileAttachment';

async function keptFile(
  attachment: Json,
  path: string,
  { keeper, kept, crypto }: AttachmentSource,
): Promise<object> {
  const id = text(attachment, 'id') ?? '';
  const changed = text(attachment, 'lastModifiedDateTime') ?? '';
  const digest = crypto.sha256(`${path}/${id}/${changed}`).slice(0, 16);
  const before = kept.get(digest);
  const known = named(attachment);
  if (before !== undefined) {
    kept.remember(digest, before);
    return { ...known, size_bytes: before.sizeBytes, file_id: before.fileId };
  }
  const name = text(attachment, 'name') ?? 'attachment';
  const description = { name, contentType: text(attachment, 'contentType') };
  const file = await keeper.keep(
    `${path}/${encodeURIComponent(id)}/$value`,
    description,
    `the attachment "${name}"`,
  );
  if (file === undefined) return known;
  kept.remember(digest, { fileId: file.file_id, sizeBytes: file.size_bytes });
  return { ...known, size_bytes: file.size_bytes, file_id: file.file_id };
}

function named(attachment: Json): object {
  return told({
    name: text(attachment, 'name'),
    mime_type: text(attachment, 'contentType'),
    size_bytes: sizeOf(attachment),
    is_inline: flag(attachment, 'isInline') === true ? true : undefined,
  });
}

function sizeOf(attachment: Json): number | undefined {
  const size = field(attachment, 'size');
  return typeof size === 'number' ? size : undefined;
}
