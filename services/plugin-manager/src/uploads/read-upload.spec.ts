import { readUpload, type Part } from './read-upload.ts';

// oxlint-disable-next-line require-await -- an async generator is what is wanted
async function* bytesOf(content: string | Uint8Array) {
  yield Buffer.from(content);
}
const file = (fieldname: string, filename: string, content: string | Uint8Array): Part => ({
  fieldname,
  filename,
  file: { [Symbol.asyncIterator]: () => bytesOf(content) },
});
// oxlint-disable-next-line require-await -- an async generator is what is wanted
async function* parts(...list: Part[]) {
  yield* list;
}
const manifest = file('manifest', 'plugin.json', '{}');

describe('readUpload', () => {
  it('reads plugin.json and files by their path', async () => {
    const upload = await readUpload(
      parts(
        manifest,
        file('source', './src/index.ts', 'a'),
        file('source', 'src/deep/b.ts', '\uFEFFb'),
      ),
    );
    expect(upload.manifestText).toBe('{}');
    expect([...upload.files]).toEqual([
      ['src/index.ts', 'a'],
      ['src/deep/b.ts', 'b'],
    ]);
    expect(upload.bundle).toBeUndefined();
  });

  it('takes plugin.json as a plain field, and one module', async () => {
    const upload = await readUpload(
      parts({ fieldname: 'manifest', value: '{}' }, file('bundle', 'x.js', 'export {}')),
    );
    expect(upload).toMatchObject({ manifestText: '{}', bundle: 'export {}' });
  });

  it('reads wheels as they are', async () => {
    const bytes = new Uint8Array([0x50, 0x4b, 0xff]);
    const upload = await readUpload(
      parts(manifest, file('source', 'a.py', ''), file('wheel', 'a-1-py3-none-any.whl', bytes)),
    );
    expect([...(upload.wheels ?? [])]).toEqual([['a-1-py3-none-any.whl', Buffer.from(bytes)]]);
  });

  it.each([
    '../index.ts',
    '/etc/passwd',
    'src/../../x.ts',
    '..\\x.ts',
    'C:\\x.ts',
    '',
    '.',
    'a/../..',
    '.env',
    'src/.git/config',
    'a\u0000.ts',
    `${'a'.repeat(220)}.ts`,
  ])('refuses the file name %j', async (name) => {
    await expect(readUpload(parts(manifest, file('source', name, '')))).rejects.toMatchObject({
      code: 'upload.path',
      status: 422,
    });
  });

  it.each([
    ['two files of one name', [manifest, file('source', 'a.ts', ''), file('source', './a.ts', '')]],
    [
      'names that differ by case',
      [manifest, file('source', 'a.ts', ''), file('source', 'A.ts', '')],
    ],
    ['a part that is not known', [manifest, file('archive', 'x.zip', '')]],
    ['two manifests', [manifest, manifest]],
    ['no manifest', [file('source', 'a.ts', '')]],
    ['nothing but a manifest', [manifest]],
    ['sources and a module', [manifest, file('source', 'a.ts', ''), file('bundle', 'b', '')]],
    ['bytes that are not UTF-8', [manifest, file('source', 'a.ts', new Uint8Array([0xff, 0xfe]))]],
  ])('refuses %s', async (_, list) => {
    await expect(readUpload(parts(...list))).rejects.toMatchObject({ status: 422 });
  });

  it('refuses more than 5 MiB in all', async () => {
    const half = 'x'.repeat(3 * 1024 * 1024);
    const upload = readUpload(
      parts(manifest, file('source', 'a.ts', half), file('source', 'b.ts', half)),
    );
    await expect(upload).rejects.toMatchObject({ status: 413, code: 'upload.too_large' });
  });
});
