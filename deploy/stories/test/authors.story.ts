import { scaffoldPlugin } from '@made-open/plugin-sdk';
import { ContactsServer, sampleContacts, sampleHost } from '@made-open/sample';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Entity, Page } from './api-client.ts';
import { settledRun } from './steps.ts';
import { startStory, type Story } from './story.ts';

const sdk = fileURLToPath(new URL('../../../libs/plugin-sdk', import.meta.url));

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
    story = await startStory({ [sampleHost]: source });
  });
  afterAll(async () => {
    await story?.stop();
    await source?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs the shell blocks of a document one after the other, in one shell, and gives what they print. */
  function follow(document: string, place: string): string {
    const { manager, gateway } = story.platform.ports;
    const commands = [...document.matchAll(/^```sh\n(.+?)^```$/gmsu)]
      .map(([, block = '']) => block)
      .join('')
      .replaceAll('curl ', 'curl --fail-with-body -sS ')
      .replaceAll(':4100', `:${String(manager)}`)
      .replaceAll(':4101', `:${String(gateway)}`);
    return execFileSync('bash', ['--norc', '-e', '-o', 'pipefail', '-c', commands], {
      cwd: place,
      env: { PATH: process.env['PATH'] ?? '', KEY: story.key },
      encoding: 'utf8',
      timeout: 60_000,
    });
  }

  /** Writes the files of a new plugin, then does what its README says. */
  function scaffold(type: 'connector' | 'channel', pluginId: string): string {
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
    scaffold('connector', 'com.example.new-connector');
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
    // As `npm install` of the packed SDK leaves it; libs/plugin-sdk tries the package itself.
    mkdirSync(join(place, 'node_modules/@made-open'), { recursive: true });
    symlinkSync(sdk, join(place, 'node_modules/@made-open/plugin-sdk'));
    const output = follow(readFileSync(join(sdk, 'docs/write-a-connector.md'), 'utf8'), place);
    expect(output).toContain('"plugin_id":"com.example.guide"');
    const connection = await connectionOf('com.example.guide');
    expect(await settledRun(story.admin, connection?.id ?? '')).toMatchObject({
      state: 'completed',
      counts: { items: 30 },
    });
  });

  it('a channel: pushed, approved, connected and active', async () => {
    scaffold('channel', 'com.example.new-channel');
    expect(await connectionOf('com.example.new-channel')).toMatchObject({ state: 'active' });
    const versions = await story.admin.get<Page<{ state: string }>>(
      '/plugins/com.example.new-channel/versions',
    );
    expect(versions.data).toEqual([expect.objectContaining({ state: 'active' })]);
  });
});
