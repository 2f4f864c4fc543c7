import { aWheel, aZip } from '@made-open/testing/a-wheel';
import { bundlePython } from './bundle-python.ts';

const plugin = 'from madeopen_plugin import ConnectorPlugin\n';
const pure = 'slug-1.0-py3-none-any.whl';

interface Bundle {
  readonly entry: string;
  readonly modules: Readonly<Record<string, { source: string; isPackage?: true }>>;
}

async function bundleOf(
  files: Readonly<Record<string, string>>,
  entrypoint = './plugin.py',
  wheels: Readonly<Record<string, Uint8Array>> = {},
): Promise<Bundle> {
  const text = await bundlePython({
    files: new Map(Object.entries(files)),
    wheels: new Map(Object.entries(wheels)),
    entrypoint,
  });
  return JSON.parse(text) as Bundle;
}

const withWheel = (fileName: string, files: Record<string, string>, record?: string) =>
  bundleOf({ 'plugin.py': plugin }, './plugin.py', {
    [fileName]: aWheel({ fileName, files, record }),
  });

describe('bundlePython', () => {
  it('makes modules of the files beside the entry', async () => {
    expect(
      await bundleOf({ 'plugin.py': plugin, 'people/names.py': 'A = 1', 'test_plugin.py': '' }),
    ).toEqual({
      entry: 'plugin',
      modules: {
        people: { source: '', isPackage: true },
        'people.names': { source: 'A = 1' },
        plugin: { source: plugin },
      },
    });
  });

  it.each([
    ['below src', { 'src/plugin.py': plugin, 'src/b.py': '' }, './plugin.py', ['plugin', 'b']],
    [
      'in a package',
      {
        'providers/acme-fax/__init__.py': '',
        'providers/acme-fax/plugin.py': plugin,
        'providers/acme-fax/b.py': '',
      },
      './providers/acme-fax/plugin.py',
      ['acme_fax.plugin', 'acme_fax.b'],
    ],
    [
      'a package itself',
      { 'acme/__init__.py': plugin, 'acme/b.py': '' },
      './acme/__init__.py',
      ['acme', 'acme.b'],
    ],
  ])('finds an entry that lies %s', async (_, files, entrypoint, names) => {
    const bundle = await bundleOf(files, entrypoint);
    expect(bundle.entry).toBe(names[0]);
    expect(Object.keys(bundle.modules)).toEqual(expect.arrayContaining(names));
  });

  it('is the same text whatever the order of the files', async () => {
    const files = [
      ['plugin.py', plugin],
      ['b.py', ''],
    ] as const;
    const text = (list: typeof files | readonly (readonly [string, string])[]) =>
      bundlePython({ files: new Map(list), wheels: new Map(), entrypoint: './plugin.py' });
    expect(await text(files)).toBe(await text(files.toReversed()));
  });

  it.each([
    [
      'modules too deep',
      { 'plugin.py': '', [`${'a/'.repeat(100)}b.py`]: '' },
      './plugin.py',
      /deeper than 16 levels/u,
    ],
    ['no entry', { 'b.py': '' }, './plugin.py', /neither plugin.py nor src\/plugin.py/u],
    ['an entry that is no Python', { 'a.ts': '' }, './a.ts', /is a .py file/u],
    [
      'a file outside',
      { 'src/plugin.py': '', 'lib/b.py': '' },
      './plugin.py',
      /lib\/b.py lies out/u,
    ],
    ['a name that is no module', { 'plugin.py': '', 'a-b.py': '' }, './plugin.py', /a-b.py is no/u],
    ['a module of Python', { 'plugin.py': '', 'json/x.py': '' }, './plugin.py', /called json/u],
    ['a module of the sandbox', { 'app.py': '' }, './app.py', /module of the sandbox/u],
    ['the SDK', { 'plugin.py': '', 'madeopen_plugin.py': '' }, './plugin.py', /as the SDK is/u],
  ])('refuses %s', async (_, files, entrypoint, message) => {
    await expect(bundleOf(files, entrypoint)).rejects.toThrow(message);
  });
});

describe('bundlePython with a wheel', () => {
  it('takes its modules, and nothing else of it', async () => {
    const { modules } = await withWheel(pure, {
      'slug/__init__.py': 'from .words import slug',
      'slug/words.py': 'def slug(text): return text.lower()',
      'slug/py.typed': '',
      'slug-1.0.dist-info/METADATA': 'Name: slug',
    });
    expect(Object.keys(modules)).toEqual(['plugin', 'slug', 'slug.words']);
    expect(modules['slug']).toEqual({ source: 'from .words import slug', isPackage: true });
  });

  it('leaves out the SDK, which the platform gives', async () => {
    const { modules } = await withWheel('madeopen_plugin-0.1.0-py3-none-any.whl', {
      'madeopen_plugin/__init__.py': 'SDK = 1',
    });
    expect(Object.keys(modules)).toEqual(['plugin']);
  });

  it.each(['slug-1.0-py2.py3-none-any.whl', 'slug-1.0-1-py310-none-any.whl'])(
    'takes %s',
    async (name) => {
      const { modules } = await withWheel(name, { 'slug.py': '' });
      expect(Object.keys(modules)).toContain('slug');
    },
  );

  it.each([
    'slug-1.0-cp314-cp314-manylinux_2_17_x86_64.whl',
    'slug-1.0-py3-none-win32.whl',
    'slug-1.0-py2-none-any.whl',
    'slug-1.0-py315-none-any.whl',
    'slug.zip',
  ])('refuses %s', async (name) => {
    await expect(withWheel(name, { 'slug.py': '' })).rejects.toMatchObject({
      code: 'bundle.wheel',
    });
  });

  it.each([
    ['compiled code', { 'slug.so': 'ELF' }, undefined, /compiled code/u],
    ['modules elsewhere', { 'slug-1.0.data/purelib/a.py': '' }, undefined, /keeps modules in/u],
    [
      'other content',
      { 'slug.py': 'x = 2' },
      'slug.py,sha256=abc,5\n',
      /is not what its RECORD says/u,
    ],
    ['a file its RECORD lacks', { 'slug.py': '' }, 'other.py,,\n', /is not what its RECORD says/u],
    ['a module of Python', { 'json.py': '' }, undefined, /as a module of Python is/u],
    ['a module of the plugin', { 'plugin.py': 'x = 1' }, undefined, /is there already/u],
    [
      'a path too long',
      { [`${'a'.repeat(198)}.py`]: '' },
      undefined,
      /200 characters or 16 levels/u,
    ],
    [
      'a path too deep',
      { [`${'a/'.repeat(16)}b.py`]: '' },
      undefined,
      /200 characters or 16 levels/u,
    ],
    ['a way out', { '../slug.py': '' }, undefined, /invalid relative path/u],
    ['a way from the root', { '/slug.py': '' }, undefined, /absolute path/u],
  ])('refuses one with %s', async (_, files, record, message) => {
    await expect(withWheel(pure, files as Record<string, string>, record)).rejects.toThrow(message);
  });

  it.each([
    ['no ZIP', Buffer.from('PK'), /cannot be unpacked/u],
    ['no RECORD', aZip({ 'slug.py': '' }), /must have one/u],
  ])('refuses what is %s', async (_, bytes, message) => {
    const bundle = bundleOf({ 'plugin.py': plugin }, './plugin.py', { [pure]: bytes });
    await expect(bundle).rejects.toThrow(message);
  });

  it('unpacks no more than 5 MiB', async () => {
    const large = { 'slug.py': `x = "${'a'.repeat(6 * 1024 * 1024)}"` };
    await expect(withWheel(pure, large)).rejects.toMatchObject({ code: 'bundle.too_large' });
  });

  it('unpacks no more than 5 MiB of all wheels together', async () => {
    const wheel = (name: string): [string, Uint8Array] => {
      const fileName = `${name}-1.0-py3-none-any.whl`;
      return [fileName, aWheel({ fileName, files: { [`${name}.txt`]: ' '.repeat(3 * 2 ** 20) } })];
    };
    const wheels = Object.fromEntries([wheel('one'), wheel('two')]);
    const bundle = bundleOf({ 'plugin.py': plugin }, './plugin.py', wheels);
    await expect(bundle).rejects.toThrow(/5242880 bytes when "two-1.0/u);
  });

  it('makes no more than 8192 modules of all wheels together', async () => {
    const files = (top: string) =>
      Object.fromEntries(
        Array.from({ length: 700 }, (_, at) => [`${top}${String(at)}/b/c/d/e/f/g.py`, '']),
      );
    const wheels = Object.fromEntries(
      ['one', 'two'].map((name) => {
        const fileName = `${name}-1.0-py3-none-any.whl`;
        return [fileName, aWheel({ fileName, files: files(name) })];
      }),
    );
    const bundle = bundleOf({ 'plugin.py': plugin }, './plugin.py', wheels);
    await expect(bundle).rejects.toThrow(/more than 8192 modules/u);
  });
});
