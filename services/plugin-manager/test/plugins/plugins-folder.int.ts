import { eventually } from '@made-open/testing';
import { aWheel } from '@made-open/testing/a-wheel';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ImportManifests } from '../../src/http-manifests/import-manifests.ts';
import { PluginsFolder } from '../../src/uploads/plugins-folder.ts';
import { findPluginFolders } from '../../src/uploads/read-plugin-folder.ts';
import { RegisterPlugin } from '../../src/plugins/register-plugin.ts';
import { anHttpManifest } from '../contracts/an-http-manifest.ts';
import { aManifest, guideConnector } from '../contracts/seed-plugin.ts';
import { Manager } from '../platform/manager.ts';
import { MemoryLogger, memoryParts } from '../platform/memory-parts.ts';

const id = 'com.example.my-connector';
const notNow = 'part of PLUGINS_DIR cannot be loaded now';
const first = { limit: 9, after: undefined };

let root: string;
let clock = 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'made-open-plugins-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes a file that is newer than all before. */
function write(path: string, text: string | Uint8Array): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, ++clock, clock);
}

function link(target: string, name: string): void {
  symlinkSync(join(root, target), join(root, name));
}

function aFolder(path = root) {
  const parts = memoryParts();
  const logger = new MemoryLogger();
  const registration = new RegisterPlugin(parts.plugins, { python: true });
  const imports = new ImportManifests({ ...parts, registration });
  const { audit } = parts;
  const folder = new PluginsFolder({ path, registration, imports, audit, logger });
  const versions = async () =>
    (await parts.plugins.versions(id, first)).data.map(({ version }) => version);
  return { ...parts, logger, folder, versions };
}

describe('PLUGINS_DIR', () => {
  it('loads a Python plugin with its wheels, without its tests', async () => {
    const fileName = 'slug-1.0-py3-none-any.whl';
    write('contacts/plugin.json', aManifest({ runtime: 'python', entrypoint: './plugin.py' }));
    write('contacts/plugin.py', 'import slug');
    write('contacts/test_plugin.py', 'this is no code of it');
    write('contacts/tests/conftest.py', 'nor is this');
    write(`contacts/wheels/${fileName}`, aWheel({ fileName, files: { 'slug.py': '' } }));
    const { folder, plugins } = aFolder();
    await folder.refresh();
    const version = await plugins.version(id, '0.1.0');
    const part = { offset: 0, lengthBytes: version?.bundleBytes ?? 0 };
    const bundle = await plugins.bundle(id, version?.bundleDigest ?? '', part);
    expect(JSON.parse(Buffer.from(bundle?.chunk ?? []).toString())).toMatchObject({
      modules: { plugin: { source: 'import slug' }, slug: { source: '' } },
    });
  });

  it('loads HTTP manifests, those of Faxbot too, and providers of its kit', async () => {
    const legacy = { actions: { send_fax: { url: 'https://api.old.example/fax' } } };
    const kit = { version: '1.0.0', categories: ['outbound'], capabilities: ['send_fax'] };
    write('config/providers/acme-fax/manifest.json', anHttpManifest());
    write('config/providers/acme-fax/README.md', '# Acme');
    write(
      'config/providers/OldFax/manifest.json',
      JSON.stringify({ id: 'OldFax', allowed_domains: ['api.old.example'], ...legacy }),
    );
    write('config/providers/open/manifest.json', JSON.stringify({ id: 'open', ...legacy }));
    write('providers/own/manifest.json', JSON.stringify({ id: 'own', name: 'Own', ...kit }));
    write('providers/own/index.js', 'export default { sendFax() {}, getStatus() {} };');
    write('site/manifest.json', '{"name":"a web page"}');
    const { folder, plugins, manifests, logger } = aFolder();
    await folder.refresh();
    const { data } = await plugins.plugins(first);
    expect(data.map((plugin) => plugin.id).toSorted()).toEqual(['acme-fax', 'oldfax', 'own']);
    expect(await manifests.find('open')).toMatchObject({ state: 'needs_approval' });
    expect(logger.messages).toContain('a manifest of PLUGINS_DIR does not run as it is');
    const version = await plugins.version('own', '1.0.0');
    expect(JSON.parse(version?.manifestText ?? '')).toMatchObject({
      entrypoint: './index.js',
      channel: { type: 'fax' },
      provider: { slots: ['outbound'] },
      actions: [{ name: 'send_fax' }],
    });
    const said = logger.messages.length;
    await folder.refresh();
    expect(logger.messages).toHaveLength(said);
  });

  it('loads what lies in it as a push does, approved by nobody', async () => {
    write('plugins/connectors/mine/plugin.json', aManifest());
    write('plugins/connectors/mine/index.ts', guideConnector);
    write('plugins/connectors/mine/package.json', '{}');
    write('plugins/connectors/mine/index.spec.ts', 'this is no code of it');
    write('plugins/connectors/mine/node_modules/x/plugin.json', aManifest({ id: 'com.example.x' }));
    write('plugins/channels/other/plugin.json', aManifest({ id: 'com.example.other' }));
    write(
      'plugins/channels/other/src/index.ts',
      guideConnector.replaceAll(id, 'com.example.other'),
    );
    const { folder, plugins, audit } = aFolder();
    await folder.refresh();
    await folder.refresh();
    expect((await plugins.plugins(first)).data.map((plugin) => plugin.id)).toEqual([
      id,
      'com.example.other',
    ]);
    expect(await plugins.plugin(id)).toMatchObject({ activeVersion: undefined, approved: [] });
    const { data } = await audit.list(first);
    expect(data.map(({ who, action, outcome }) => [who, action, outcome])).toEqual([
      ['system', 'plugin.load', 'done: plugins/connectors/mine'],
      ['system', 'plugin.load', 'done: plugins/channels/other'],
    ]);
  });

  it('loads what has changed', async () => {
    write('mine/plugin.json', aManifest());
    write('mine/index.ts', guideConnector);
    const { folder, plugins, versions } = aFolder();
    await folder.refresh();
    const before = (await plugins.version(id, '0.1.0'))?.digest;
    write('mine/index.ts', `${guideConnector}// changed\n`);
    await folder.refresh();
    expect((await plugins.version(id, '0.1.0'))?.digest).not.toBe(before);
    write('mine/plugin.json', aManifest({ version: '0.2.0' }));
    await folder.refresh();
    expect(await versions()).toEqual(['0.2.0', '0.1.0']);
  });

  it('says once what cannot be loaded, and loads the others', async () => {
    write('a/plugin.json', '{"id":');
    write('b/plugin.json', aManifest());
    write('b/index.ts', guideConnector);
    const { folder, logger, versions } = aFolder();
    await folder.refresh();
    await folder.refresh();
    const fault = 'a plugin of PLUGINS_DIR cannot be loaded';
    expect(logger.messages.filter((message) => message === fault)).toHaveLength(1);
    expect(await versions()).toEqual(['0.1.0']);
    write('a/plugin.json', '{"id":"still"');
    await folder.refresh();
    expect(logger.messages.filter((message) => message === fault)).toHaveLength(2);
  });

  it('tries again what failed for another reason than its content', async () => {
    write('b/plugin.json', aManifest());
    write('b/index.ts', guideConnector);
    const { folder, plugins, versions, logger } = aFolder();
    const add = plugins.add.bind(plugins);
    plugins.add = () => Promise.reject(new Error('the database is away'));
    await folder.refresh();
    expect(logger.messages).toEqual([notNow]);
    plugins.add = add;
    await folder.refresh();
    expect(await versions()).toEqual(['0.1.0']);
  });

  it('goes by the links of a mounted ConfigMap', async () => {
    write('..2026/plugin.json', aManifest());
    write('..2026/src/index.ts', guideConnector);
    link('..2026', '..data');
    for (const name of ['plugin.json', 'src']) link(`..data/${name}`, name);
    const { folder, logger, versions } = aFolder();
    await folder.refresh();
    expect(await versions()).toEqual(['0.1.0']);
    expect(logger.messages).toEqual(['plugin loaded']);
  });

  it('goes by the links of a ConfigMap that has folders', async () => {
    write('..2026/mine/plugin.json', aManifest());
    write('..2026/mine/index.ts', guideConnector);
    link('..2026', '..data');
    link('..data/mine', 'mine');
    const { folder, versions } = aFolder();
    await folder.refresh();
    expect(await versions()).toEqual(['0.1.0']);
  });

  it('loads the others when a link is broken or a file cannot be read, and that one when it is mended', async () => {
    write('a/plugin.json', aManifest({ id: 'com.example.a' }));
    write('a/index.ts', guideConnector.replaceAll(id, 'com.example.a'));
    link('/nowhere/x.js', 'a/gone.js');
    link('/nowhere/y', 'b');
    write('c/plugin.json', aManifest());
    write('c/index.ts', guideConnector);
    const { folder, logger, plugins, versions } = aFolder();
    await folder.refresh();
    await folder.refresh();
    expect(await versions()).toEqual(['0.1.0']);
    expect(logger.messages).toEqual([notNow, notNow, 'plugin loaded']);
    rmSync(join(root, 'a/gone.js'));
    await folder.refresh();
    expect((await plugins.plugin('com.example.a'))?.id).toBe('com.example.a');
  });

  it('loads the others when one failed for a passing reason', async () => {
    write('a/plugin.json', aManifest({ id: 'com.example.a' }));
    write('a/index.ts', guideConnector.replaceAll(id, 'com.example.a'));
    write('b/plugin.json', aManifest());
    write('b/index.ts', guideConnector);
    const { folder, plugins, versions, logger } = aFolder();
    const add = plugins.add.bind(plugins);
    plugins.add = (version) =>
      version.manifestText.includes(id) ? add(version) : Promise.reject(new Error('it is away'));
    await folder.refresh();
    expect(await versions()).toEqual(['0.1.0']);
    expect(logger.messages).toEqual([notNow, 'plugin loaded']);
  });

  it.each([
    ['a file', 'secrets.json', 'mine/s.json'],
    ['a file of another plugin', 'other/secrets.json', 'mine/s.json'],
    ['the manifest', 'secrets.json', 'mine/plugin.json'],
    ['the whole folder', '../', 'mine'],
  ])('follows no link out of the plugin: %s', async (_, target, name) => {
    const marker = 'marker-secret';
    write('secrets.json', JSON.stringify({ marker }));
    write('other/secrets.json', JSON.stringify({ marker }));
    if (name !== 'mine') {
      if (!name.endsWith('plugin.json')) write('mine/plugin.json', aManifest());
      write('mine/index.ts', `import s from '../s.json';\n${guideConnector}\nexport { s };\n`);
    }
    link(target, name);
    const { folder, plugins, logger } = aFolder();
    await folder.refresh();
    expect((await plugins.plugins(first)).data).toEqual([]);
    expect(logger.messages).toEqual([notNow]);
  });

  it('looks once into a folder that links lead to in circles', async () => {
    write('plugins/a/plugin.json', aManifest());
    write('plugins/a/src/index.ts', guideConnector);
    for (const name of ['plugins/a/up', 'plugins/a/src/up', 'plugins/up', 'plugins/b'])
      link(name.startsWith('plugins/a') ? 'plugins/a' : 'plugins', name);
    const { plugins, faults } = await findPluginFolders(root);
    expect(plugins.map(({ name, files }) => [name, [...files.keys()]])).toEqual([
      ['plugins/a', ['plugin.json', 'src/index.ts']],
    ]);
    expect(faults).toEqual([]);
  });

  it('stops to look at a folder with more files than a push may have', async () => {
    write('mine/plugin.json', aManifest());
    for (let n = 0; n < 300; n += 1) write(`mine/f${String(n)}.ts`, '');
    const { plugins, faults } = await findPluginFolders(root);
    expect(plugins).toEqual([]);
    expect(faults).toMatchObject([
      { name: 'mine', error: { code: 'upload.too_many_parts.too_large' } },
    ]);
  });

  it('may come later, which is said once', async () => {
    const { folder, logger, versions } = aFolder(join(root, 'later'));
    await folder.refresh();
    await folder.refresh();
    expect(logger.messages).toEqual([notNow]);
    write('later/plugin.json', aManifest());
    write('later/index.ts', guideConnector);
    await folder.refresh();
    expect(await versions()).toEqual(['0.1.0']);
  });
});

describe('plugin-manager', () => {
  it('loads PLUGINS_DIR at its start and when it changes', async () => {
    write('plugins/mine/plugin.json', aManifest());
    write('plugins/mine/index.ts', guideConnector);
    const manager = await Manager.start({ PLUGINS_DIR: root });
    try {
      const version = `/plugins/${id}/versions`;
      await eventually(async () =>
        expect((await manager.get(`${version}/0.1.0`)).body).toMatchObject({
          state: 'awaiting_approval',
        }),
      );
      write('plugins/mine/plugin.json', aManifest({ version: '0.2.0' }));
      await eventually(async () =>
        expect((await manager.get(`${version}/0.2.0`)).status).toBe(200),
      );
    } finally {
      await manager.stop();
    }
  });
});
