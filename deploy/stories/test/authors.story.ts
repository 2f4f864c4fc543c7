import { scaffoldPlugin } from '@made-open/plugin-sdk';
import { ContactsServer, sampleContacts, sampleHost } from '@made-open/sample';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Entity, Page } from './platform/api-client.ts';
import { settledRun } from './platform/steps.ts';
import { startStory, type Story } from './platform/story.ts';

const libs = fileURLToPath(new URL('../../../libs', import.meta.url));
const guide = join(libs, 'plugin-sdk/docs/write-a-connector.md');

interface Connection {
  id: string;
  plugin_id: string;
  state: string;
}

describe('authors: what the scaffold makes works, by the commands that it names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'made-open-author-'));
  let source: ContactsServer;
  let story: Story;

  beforeAll(async () => {
    // The key that stands in the commands: a stranger may well copy them as they are.
    source = await ContactsServer.start({ apiKey: 'sample-key', contacts: sampleContacts(30) });
    install();
    story = await startStory({ [sampleHost]: source });
  });
  afterAll(async () => {
    await story?.stop();
    await source?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As `npm install` of the packed command line and SDK leaves them; libs/cli tries the packages themselves. */
  function install(): void {
    const modules = join(folder, 'node_modules');
    mkdirSync(join(modules, '@made-open'), { recursive: true });
    mkdirSync(join(modules, '.bin'));
    for (const name of ['cli', 'plugin-sdk'])
      symlinkSync(join(libs, name), join(modules, '@made-open', name));
    symlinkSync('../@made-open/cli/bin/made-open.js', join(modules, '.bin/made-open'));
  }

  /** Runs the shell blocks of a document one after the other, in one shell, and gives what they print. */
  async function follow(document: string, place: string): Promise<string> {
    const { manager, gateway } = story.platform.ports;
    const commands = [...document.matchAll(/^```sh\n(.+?)^```$/gmsu)]
      .map(([, block = '']) => block)
      .join('')
      .replaceAll('curl ', 'curl --fail-with-body -sS ')
      .replaceAll(':4100', `:${String(manager)}`)
      .replaceAll(':4101', `:${String(gateway)}`);
    // The source answers from this process meanwhile.
    const shell = ['--norc', '-e', '-o', 'pipefail', '-c', commands];
    const { stdout } = await promisify(execFile)('bash', shell, {
      cwd: place,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        KEY: story.key,
        MADE_OPEN_KEY: story.key,
        MADE_OPEN_URL: story.platform.managerUrl,
        EGRESS_OVERRIDES_FILE: join(story.platform.dataDir, 'overrides.json'),
      },
      encoding: 'utf8',
      timeout: 180_000,
    });
    return stdout;
  }

  /** Writes the files of a new plugin, then does what its README says. */
  function scaffold(type: 'connector' | 'channel', pluginId: string): Promise<string> {
    const files = scaffoldPlugin({ pluginId, pluginName: `New ${type}`, type, outDir: folder });
    for (const [path, content] of Object.entries(files)) {
      const file = join(folder, type, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, 'utf8');
    }
    return follow(files['README.md'] ?? '', join(folder, type));
  }

  const connectionOf = async (pluginId: string): Promise<Connection | undefined> =>
    (await story.admin.get<Page<Connection>>('/connections')).data.find(
      (connection) => connection.plugin_id === pluginId,
    );

  it('a connector: pushed, approved, connected, and its contacts are there', async () => {
    await scaffold('connector', 'com.example.new-connector');
    const connection = await connectionOf('com.example.new-connector');
    expect(await settledRun(story.admin, connection?.id ?? '')).toMatchObject({
      state: 'completed',
      counts: { created: 30 },
    });
    const persons = `/persons?limit=100&connection=${connection?.id ?? ''}`;
    expect(await story.client.all<Entity>(persons)).toHaveLength(30);
  });

  it('the guide: every command of it, from an empty folder to a search', async () => {
    const place = join(folder, 'guide');
    mkdirSync(place);
    writeFileSync(join(place, 'package.json'), '{}');
    const output = await follow(readFileSync(guide, 'utf8'), place);
    expect(output).toContain('30 created');
    expect(output).toMatch(/13 of 13 checks passed/u);
    expect(output).toMatch(/0\.1\.1 is active[\s\S]*0\.1\.0 is active/u);
    const connection = await connectionOf('com.example.guide');
    expect(await settledRun(story.admin, connection?.id ?? '')).toMatchObject({
      state: 'completed',
      counts: { items: 30 },
    });
  });

  it('a channel: pushed, approved, connected and active', async () => {
    await scaffold('channel', 'com.example.new-channel');
    expect(await connectionOf('com.example.new-channel')).toMatchObject({ state: 'connecting' });
    const versions = await story.admin.get<Page<{ state: string }>>(
      '/plugins/com.example.new-channel/versions',
    );
    expect(versions.data).toEqual([expect.objectContaining({ state: 'active' })]);
  });
});
