import { fileChunkBytes } from '@made-open/contracts';
import { createHash } from 'node:crypto';
import { FileUpload } from './file-upload.ts';
import { PlatformFiles, type FileHandle, type FilePart } from './platform-files.ts';

class Kept extends PlatformFiles {
  readonly parts: FilePart[] = [];

  readonly abandoned: string[] = [];

  override abandon(uploadId: string): Promise<void> {
    this.abandoned.push(uploadId);
    return Promise.resolve();
  }

  override read(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override put(part: FilePart): Promise<FileHandle | undefined> {
    this.parts.push(part);
    const handle = { file_id: 'id', name: '', mime_type: '', size_bytes: 0 };
    return Promise.resolve(part.end === undefined ? undefined : handle);
  }
}

const description = { name: 'a', mimeType: 'text/plain' };

describe('FileUpload', () => {
  it.each([
    [0, [0]],
    [5, [5]],
    [fileChunkBytes, [fileChunkBytes]],
    [fileChunkBytes * 2 + 1, [fileChunkBytes, fileChunkBytes, 1]],
  ])('hands %d bytes on in full parts, and says which is the last', async (size, sizes) => {
    const content = Buffer.alloc(size, 'Ada ');
    const kept = new Kept();
    const upload = new FileUpload(kept);
    for (let at = 0; at < size; at += 100_000)
      await upload.write(content.subarray(at, at + 100_000));
    expect(await upload.end(description)).toMatchObject({ file_id: 'id' });
    expect(kept.parts.map(({ content: { byteLength } }) => byteLength)).toEqual(sizes);
    expect(kept.parts.map(({ chunk }) => chunk)).toEqual(sizes.map((_, index) => index));
    expect(new Set(kept.parts.map(({ uploadId }) => uploadId)).size).toBe(1);
    expect(Buffer.concat(kept.parts.map((part) => part.content)).equals(content)).toBe(true);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(kept.parts.map(({ end }) => end)).toEqual([
      ...sizes.slice(1).map(() => undefined),
      { ...description, sha256 },
    ]);
  });

  it('keeps why a part was not taken, and gives the upload up', async () => {
    const refusal = new Error('too large');
    const kept = new Kept();
    const abandon = (uploadId: string) => kept.abandon(uploadId);
    const upload = new FileUpload({ put: () => Promise.reject(refusal), abandon });
    await expect(upload.write(Buffer.alloc(fileChunkBytes + 1))).rejects.toBe(refusal);
    expect(upload.failure).toBe(refusal);
    await expect(upload.end(description)).rejects.toBe(refusal);
    expect(kept.abandoned).toHaveLength(1);
  });

  it('gives an upload up that parts were sent of, once', async () => {
    const kept = new Kept();
    const upload = new FileUpload(kept);
    await upload.write(Buffer.alloc(fileChunkBytes));
    await upload.abandon();
    expect(kept.abandoned).toEqual([]);
    await upload.write(Buffer.alloc(1));
    await upload.abandon();
    await upload.abandon();
    expect(kept.abandoned).toEqual([kept.parts[0]?.uploadId]);
  });
});
