import { aWheel } from '@made-open/testing/a-wheel';
import { aManifest } from '../../test/contracts/seed-plugin.ts';
import { MemoryPluginStore } from './memory-plugin-store.ts';
import { RegisterPlugin } from './register-plugin.ts';

const id = 'com.example.my-connector';
const fileName = 'slug-1.0-py3-none-any.whl';
const wheel = aWheel({ fileName, files: { 'slug.py': 'A = 1' } });

const push = (changes: Record<string, unknown> = {}) => ({
  manifestText: aManifest({ runtime: 'python', entrypoint: './plugin.py' }),
  files: new Map([['plugin.py', 'import slug']]),
  wheels: new Map([[fileName, wheel]]),
  bundle: undefined,
  ...changes,
});

function withPython() {
  const store = new MemoryPluginStore();
  return { store, registration: new RegisterPlugin(store, { python: true }) };
}

describe('a push of a Python plugin', () => {
  it('becomes modules, those of its wheels among them', async () => {
    const { store, registration } = withPython();
    const { version } = await registration.register(push());
    const part = { offset: 0, lengthBytes: version.bundleBytes };
    const bundle = await store.bundle(id, version.bundleDigest, part);
    expect(JSON.parse(Buffer.from(bundle?.chunk ?? []).toString())).toEqual({
      entry: 'plugin',
      modules: { plugin: { source: 'import slug' }, slug: { source: 'A = 1' } },
    });
  });

  it('is another version with another wheel', async () => {
    const { registration } = withPython();
    const first = await registration.register(push());
    const again = await registration.register(push());
    const other = aWheel({ fileName, files: { 'slug.py': 'A = 2' } });
    const changed = await registration.register(push({ wheels: new Map([[fileName, other]]) }));
    expect(again).toMatchObject({ isNew: false, version: { digest: first.version.digest } });
    expect(changed.version.digest).not.toBe(first.version.digest);
  });

  it.each([
    ['a bundle', push({ bundle: 'x', files: new Map() }), 'upload.source'],
    ['no entry', push({ files: new Map([['b.py', '']]) }), 'bundle.no_entry'],
    [
      'a wheel that was changed',
      push({
        wheels: new Map([
          [fileName, aWheel({ fileName, files: {}, record: 'slug.py,,' })],
          ['a-1-py3-none-any.whl', wheel.slice(9)],
        ]),
      }),
      'bundle.wheel',
    ],
    ['wheels of a JavaScript plugin', push({ manifestText: aManifest() }), 'upload.part'],
  ])('is refused with %s', async (_, upload, code) => {
    await expect(withPython().registration.register(upload)).rejects.toMatchObject({
      status: 422,
      code,
    });
  });

  it('is refused where there is no runtime for it, with what to do', async () => {
    const registration = new RegisterPlugin(new MemoryPluginStore());
    await expect(registration.register(push())).rejects.toMatchObject({
      code: 'plugin.runtime',
      message: expect.stringContaining('PYTHON_RUNTIME_DIR') as unknown,
    });
  });
});
