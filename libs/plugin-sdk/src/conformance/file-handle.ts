import { describeFile, type DescribedFile } from '@made-open/contracts';
import { createHash } from 'node:crypto';
import type { FileHandle } from '../types.ts';

/** The handle of a file that is not kept anywhere. */
export function fileHandle(body: string | Uint8Array, described: DescribedFile): FileHandle {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const { name, mimeType } = describeFile(described);
  return {
    file_id: createHash('sha256').update(bytes).digest('hex'),
    name,
    mime_type: mimeType,
    size_bytes: bytes.byteLength,
  };
}
