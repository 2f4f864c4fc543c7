import { scaffoldPlugin } from '@made-open/plugin-sdk';
import { ContactsServer, sampleContacts, sampleHost } from '@made-open/sample';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Entity, Page } from './api-client.ts';
import { settledRun } from './steps.ts';
import { startStory, type Story } from './story.ts';

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
    // The key that stands in the README's command: a stranger may well copy it as it is.
    source = await ContactsServer.start({ apiKey: 'your-key', contacts: sampleContacts(30) });
    story = await startStory({ [sampleHost]: source });
  });
  afterAll(async () => {
    await story?.stop();
    await source?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Writes the files of a new plugin, then runs the README's commands in their folder; gives what they print. */
  function follow(type: 'connector' | 'channel', pluginId: string): string {
    const files = scaffoldPlugin({ pluginId, pluginName: `New ${type}`, type, outDir: folder });
    for (const [path, content] of Object.entries(files)) {
      const file = join(folder, type, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, 'utf8');
    }
    const [, commands = ''] = /```sh\n([^`]+)```/u.exec(files['README.md'] ?? '') ?? [];
    const port = String(story.platform.ports.manager);
    return execFileSync(
      'bash',
      ['--norc', '-e', '-c', commands.replaceAll('curl ', 'curl -sS ').replaceAll('4100', port)],
      {
        cwd: join(folder, type),
        env: { PATH: process.env['PATH'] ?? '', KEY: story.key },
        encoding: 'utf8',
        timeout: 60_000,
      },
    );
  }

  const connectionOf = async (pluginId: string): Promise<Connection | undefined> =>
    (await story.admin.get<Page<Connection>>('/connections')).data.find(
      (connection) => connection.plugin_id === pluginId,
    );

  it('a connector: pushed, approved, connected, and its contacts are there', async () => {
    const output = follow('connector', 'com.example.new-connector');
    expect(output).not.toContain('problem');
    const connection = await connectionOf('com.example.new-connector');
    expect(await settledRun(story.admin, connection?.id ?? '')).toMatchObject({
      state: 'completed',
      counts: { created: 30 },
    });
    expect(await story.client.all<Entity>('/persons')).toHaveLength(30);
  });

  it('a channel: pushed, approved, connected and active', async () => {
    follow('channel', 'com.example.new-channel');
    expect(await connectionOf('com.example.new-channel')).toMatchObject({ state: 'active' });
    const versions = await story.admin.get<Page<{ state: string }>>(
      '/plugins/com.example.new-channel/versions',
    );
    expect(versions.data).toEqual([expect.objectContaining({ state: 'active' })]);
  });
});
