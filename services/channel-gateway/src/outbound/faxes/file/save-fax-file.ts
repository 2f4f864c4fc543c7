import { FileService, fileChunkBytes } from '@made-open/contracts';
import { createHash, randomUUID } from 'node:crypto';
import type { Ask } from '../../../ask.ts';
import type { Connection } from '../../../connections/connection.ts';
import { UnavailableError } from '../../../errors.ts';
import type { Attachment } from '../../outbound.ts';
import type { GivenFile } from './fax-file.ts';

/** Keeps the file of a fax at etl, as one of the connection that it goes through. */
export async function saveFaxFile(
  ask: Ask,
  { spaceId, id: connectionId }: Connection,
  { name, content }: GivenFile,
): Promise<Attachment> {
  const upload = { spaceId, connectionId, uploadId: randomUUID() };
  const chunks = Math.max(1, Math.ceil(content.byteLength / fileChunkBytes));
  for (let chunk = 0; chunk < chunks; chunk++) {
    const part = content.subarray(chunk * fileChunkBytes, (chunk + 1) * fileChunkBytes);
    const { file } = await ask(FileService.method.putClientFileChunk, {
      ...upload,
      chunk,
      content: part,
      ...(chunk === chunks - 1 ? { end: endOf(name, content) } : {}),
    });
    if (file !== undefined)
      return { fileId: file.fileId, name, mimeType: pdfType, sizeBytes: content.byteLength };
  }
  throw new UnavailableError(new Error('the last part of a file was answered without it'));
}

export const pdfType = 'application/pdf';

function endOf(name: string, content: Buffer) {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { name, mimeType: pdfType, sha256 };
}
