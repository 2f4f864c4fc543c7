import { eventually } from '@made-open/testing';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PluginsFolder } from '../src/plugins/plugins-folder.ts';
import { RegisterPlugin } from '../src/plugins/register-plugin.ts';
import { aManifest, guideConnector } from './contracts/seed-plugin.ts';
import { Manager } from './manager.ts';
import { MemoryLogger, memoryParts } from './memory-parts.ts';

const id = 'com.example.my-connector';
const first = { limit: 9, after: undefined };

let root: string;
let clock = 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'made-open-plugins-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes a file that is newer than all before. */
function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, ++clock, clock);
}

function aFolder(path = root) {
  const parts = memoryParts();
  const logger = new MemoryLogger();
  const registration = new RegisterPlugin(parts.plugins);
  const folder = new PluginsFolder({ path, registration, audit: parts.audit, logger });
  const versions = async () =>
    (await parts.plugins.versions(id, first)).data.map(({ version }) => version);
  return { ...parts, logger, folder, versions };
}

describe('PLUGINS_DIR', () => {
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
    expect(logger.messages).toEqual(['PLUGINS_DIR cannot be loaded now']);
    plugins.add = add;
    await folder.refresh();
    expect(await versions()).toEqual(['0.1.0']);
  });

  it('goes by the links of a mounted ConfigMap', async () => {
    write('..data/plugin.json', aManifest());
    write('..data/index.ts', guideConnector);
    mkdirSync(join(root, 'mine'));
    for (const name of ['plugin.json', 'index.ts'])
      symlinkSync(join(root, '..data', name), join(root, 'mine', name));
    const { folder, versions } = aFolder();
    await folder.refresh();
    expect(await versions()).toEqual(['0.1.0']);
  });

  it('may come later, which is said once', async () => {
    const { folder, logger, versions } = aFolder(join(root, 'later'));
    await folder.refresh();
    await folder.refresh();
    expect(logger.messages).toEqual(['PLUGINS_DIR cannot be loaded now']);
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
