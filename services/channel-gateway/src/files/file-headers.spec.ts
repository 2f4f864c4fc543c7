import { StoredFileSchema } from '@made-open/contracts';
import { create } from '@bufbuild/protobuf';
import { fileHeaders, fileTag } from './file-headers.ts';

const fileOf = (name: string) =>
  create(StoredFileSchema, { fileId: 'ab', name, mimeType: 'text/html', sizeBytes: 7 });

describe('fileHeaders', () => {
  it('let nothing be run that a plugin has saved', () => {
    expect(fileHeaders(fileOf('page.html'))).toEqual({
      'Content-Type': 'text/html',
      'Content-Length': '7',
      'Content-Disposition': `attachment; filename="page.html"; filename*=UTF-8''page.html`,
      'Content-Security-Policy': expect.stringMatching(/^sandbox;/u),
    });
    expect(fileTag(fileOf('a'))).toBe('"ab"');
  });

  it('keep every name within its header', () => {
    const { 'Content-Disposition': shown } = fileHeaders(fileOf(`"€";\r\nX: 'y'.html`));
    expect(shown).toBe(
      `attachment; filename="___;__X: 'y'.html"; filename*=UTF-8''%22%E2%82%AC%22%3B%0D%0AX%3A%20%27y%27.html`,
    );
  });
});
