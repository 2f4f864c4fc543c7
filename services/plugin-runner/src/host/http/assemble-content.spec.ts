import { randomBytes } from 'node:crypto';
import { FileNotFoundError, FileTooLargeError } from '../../errors.ts';
import type { KeptFile } from '../files/platform-files.ts';
import { assembleContent, holdsFiles, orRequestFault } from './assemble-content.ts';
import { readContent } from './request-content.ts';

const large = randomBytes(200_000);
const files: Readonly<Record<string, Uint8Array>> = { large, empty: new Uint8Array() };

function read(fileId: string): Promise<KeptFile> {
  const content = files[fileId];
  if (fileId === 'huge') return Promise.reject(new FileTooLargeError(1024 * 1024));
  if (content === undefined) return Promise.reject(new FileNotFoundError());
  return Promise.resolve({ name: 'fax.pdf', mimeType: 'application/pdf', content });
}

const assembled = (args: object, maxBytes?: number) =>
  assembleContent(readContent({ ...args }), orRequestFault(read), maxBytes);

describe('assembleContent', () => {
  it('puts files in base64 between texts', async () => {
    const bodyPieces = ['{"content":"', { fileBase64: 'large' }, '"}'];
    const { body } = await assembled({ bodyPieces, contentType: 'application/json' });
    const { content }: { content: string } = JSON.parse(String(body));
    expect(Buffer.from(content, 'base64').equals(large)).toBe(true);
  });

  it('names files of a form as they were kept, unless it says otherwise', async () => {
    const multipart = [
      { name: 'to', value: '+1' },
      { name: 'attachments', file: 'large' },
      { name: 'more', file: 'large', filename: 'b.bin', contentType: 'a/b' },
    ];
    const { body, contentType, isOwnType } = await assembled({ multipart });
    const head = String(body);
    expect(head).toContain('filename="fax.pdf"\r\nContent-Type: application/pdf');
    expect(head).toContain('filename="b.bin"\r\nContent-Type: a/b');
    expect(contentType).toMatch(/^multipart\/form-data; boundary=/u);
    expect(isOwnType).toBe(true);
  });

  it.each([
    [{ multipart: [{ name: 'a', file: 'none' }] }, 'http.file_unavailable'],
    [{ multipart: [{ name: 'a', file: 'empty' }] }, 'http.file_unavailable'],
    [{ bodyPieces: [{ fileBase64: 'none' }] }, 'http.file_unavailable'],
    [{ bodyPieces: [{ fileBase64: 'huge' }] }, 'http.file_too_large'],
    [{ bodyFile: 'none' }, 'http.file_unavailable'],
  ])('of %j is not made: %s', async (args, code) => {
    await expect(assembled(args)).rejects.toMatchObject({ code });
  });

  it.each([
    [{ bodyFile: 'large' }, 200_000],
    [{ bodyPieces: [{ fileBase64: 'large' }] }, 266_668],
    [{ multipart: [{ name: 'a', file: 'large' }] }, 200_000],
    [{ body: 'x'.repeat(10) }, 10],
  ])('of %j has no more bytes than it may', async (args, bytes) => {
    await expect(assembled(args, bytes)).resolves.toHaveProperty('body');
    await expect(assembled(args, bytes - 1)).rejects.toMatchObject({ code: 'http.file_too_large' });
  });
});

describe('readContent', () => {
  it.each([
    { body: 'a', multipart: [] },
    { multipart: {} },
    { multipart: [{ name: 'a' }] },
    { multipart: [{ value: 'a' }] },
    { bodyPieces: 'a' },
    { bodyPieces: Array.from({ length: 257 }, () => '') },
  ])('refuses %j', (args) => {
    expect(() => readContent({ ...args })).toThrow(
      expect.objectContaining({ code: 'http.request' }),
    );
  });

  it.each([
    [{ body: 'a' }, false],
    [{ bodyFile: 'f' }, true],
    [{ multipart: [{ name: 'a', value: 'b' }] }, false],
    [{ multipart: [{ name: 'a', file: 'b' }] }, true],
    [{ bodyPieces: ['a'] }, false],
    [{ bodyPieces: ['a', { fileBase64: 'b' }] }, true],
  ])('of %j holds files: %s', (args, isHeld) => {
    expect(holdsFiles(readContent({ ...args }))).toBe(isHeld);
  });
});
