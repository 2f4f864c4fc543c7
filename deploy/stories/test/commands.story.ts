import { ContactsServer, sampleContacts, sampleHost } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from './platform/api-client.ts';
import { MadeOpen } from './platform/made-open.ts';
import { startStory, type Story } from './platform/story.ts';

interface Version {
  readonly version: string;
  readonly state: string;
  readonly permissions_added: readonly string[];
}

const id = 'com.example.commands';
/** A test that takes too long on a busy machine is an answer, too: then it is asked for once more. */
const patient = { timeoutMs: 120_000 };
const ownTest = `  async testConnection(context: PluginContext): Promise<void> {
    const Authorization = 'Bearer ' + requireConfig(context, 'apiKey');
    await context.http.get('https://api.example.com/contacts', { Authorization });
  },

`;

describe('commands: a connector from an empty folder to its second version, by the command line alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'made-open-commands-'));
  let source: ContactsServer;
  let story: Story;
  let cli: MadeOpen;

  beforeAll(async () => {
    source = await ContactsServer.start({ apiKey: 'sample-key', contacts: sampleContacts(30) });
    story = await startStory({ [sampleHost]: source });
    cli = new MadeOpen(folder, { MADE_OPEN_URL: story.platform.managerUrl });
  });
  afterAll(async () => {
    await story?.stop();
    await source?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says what to do without a key, and with a wrong one', async () => {
    const without = await cli.run(['plugins']);
    expect(without).toMatchObject({ status: 78, stdout: '' });
    expect(without.stderr).toMatch(/MADE_OPEN_KEY.*admin-key save/u);
    const wrong = await cli.run(['plugins'], { env: { MADE_OPEN_KEY: 'mop_wrong_key' } });
    expect(wrong).toMatchObject({ status: 77, stdout: '' });
    expect(wrong.stderr).not.toContain('mop_wrong_key');
  });

  it('keeps a key that works, for its owner alone', async () => {
    expect((await cli.run(['admin-key', 'save'], { input: 'mop_no_key\n' })).status).toBe(77);
    const { file } = await cli.json<{ file: string }>(['admin-key', 'save'], {
      input: `${story.key}\n`,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await cli.json(['plugins'])).toEqual([]);
    const elsewhere = await cli.run(['plugins', '--url', 'http://127.0.0.1:9']);
    expect(elsewhere).toMatchObject({ status: 78 });
  });

  it('creates, validates, pushes and approves', async () => {
    await cli.json(['create', id, '--name', 'Commands']);
    expect(await cli.json(['validate'])).toMatchObject({ id, version: '0.1.0' });
    expect(await cli.json<Version>(['push'])).toMatchObject({ state: 'awaiting_approval' });
    const unasked = await cli.run(['approve']);
    expect(unasked).toMatchObject({ status: 64 });
    expect(unasked.stderr).toContain('--yes');
    expect(await cli.json<Version>(['approve', '--yes'])).toMatchObject({ state: 'active' });
  });

  it('connects with a secret from the environment, and says what is wrong with the wrong one', async () => {
    const loose = join(folder, 'config.json');
    writeFileSync(loose, '{"apiKey":"sample-key"}', { mode: 0o644 });
    expect((await cli.run(['connect', '--config', loose])).stderr).toContain('chmod 600');
    const missing = await cli.run(['connect', '--name', 'Missing']);
    expect(missing).toMatchObject({ status: 1 });
    expect(missing.stderr).toMatch(/not active[\s\S]*"apiKey" is missing/u);
    const refused = await cli.run(['connect', '--name', 'Wrong', '--env', 'apiKey=TOKEN'], {
      env: { TOKEN: 'a-wrong-api-key' },
    });
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toMatch(
      /the run has failed \(http\.status\)[\s\S]*401[\s\S]*what to do: .*made-open configure/u,
    );
    const { run } = await cli.json<{ run: Run }>(
      ['connect', '--name', 'Right', '--env', 'apiKey=TOKEN'],
      { env: { TOKEN: 'sample-key' } },
    );
    expect(run).toMatchObject({ state: 'completed', counts: { created: 30 } });
  });

  it('syncs, and shows runs and logs', async () => {
    expect(await cli.json<Run>(['sync', 'Right'])).toMatchObject({ counts: { unchanged: 30 } });
    expect(await cli.json<Run[]>(['runs', 'Right'])).toHaveLength(2);
    const [failed] = await cli.json<Run[]>(['runs', 'Wrong']);
    const shown = await cli.run(['runs', '--run', failed?.id ?? '']);
    expect(shown.stdout).toContain('http.status');
    expect((await cli.run(['logs', 'Right'])).status).toBe(0);
    const ambiguous = await cli.run(['sync']);
    expect(ambiguous).toMatchObject({ status: 64 });
    expect(ambiguous.stderr).toMatch(/Wrong[\s\S]*Right|Right[\s\S]*Wrong/u);
  });

  it('bundles npm packages into the next version, shows its log, and rolls it back', async () => {
    writeManifest({ version: '0.2.0' });
    writeNpmPackage('greeting', `export const greeting = 'hello from npm';`);
    const code = readFileSync(join(folder, 'src/index.ts'), 'utf8').replace(
      "const apiKey = requireConfig(context, 'apiKey');",
      "const apiKey = requireConfig(context, 'apiKey'); context.logger.info(greeting);",
    );
    const testable = code.replace('  mapToUnifiedModel(', `${ownTest}  mapToUnifiedModel(`);
    const path = join(folder, 'src/index.ts');
    writeFileSync(path, `import { greeting } from 'greeting';\n${testable}`);
    await cli.json(['push']);
    expect(await cli.json(['approve', '--yes'])).toMatchObject({ version: '0.2.0' });
    expect(await cli.json(['sync', 'Right'])).toMatchObject({ state: 'completed' });
    const logged = await cli.run(['logs', 'Right', '--follow']);
    expect(logged.stdout).toContain('hello from npm');
    await eventually(async () => {
      const refused = await cli.run(['test-connection', 'Wrong']);
      expect(refused).toMatchObject({ status: 1, stdout: '' });
      expect(refused.stderr).toMatch(/HTTP 401[\s\S]*\(http\.status\)[\s\S]*made-open configure/u);
      expect(refused.stderr).not.toContain('a-wrong-api-key');
    }, patient);
    await eventually(async () => {
      const works = await cli.run(['test-connection', 'Right']);
      expect(works).toMatchObject({ status: 0, stderr: '' });
      expect(works.stdout).toMatch(/the connection works[\s\S]*passed +own test/u);
    }, patient);
    expect(await cli.json(['rollback'])).toMatchObject({ version: '0.1.0', state: 'active' });
    const nothing = await cli.run(['rollback']);
    expect(nothing).toMatchObject({ status: 73 });
    expect((await cli.run(['diff', '--from', '0.2.0', '--to', '0.1.0'])).stdout).toContain(
      'code: ',
    );
  });

  it('names every fault of a manifest and of the code, and pushes neither', async () => {
    writeManifest({ version: 'two', name: '' });
    const manifest = await cli.run(['push']);
    expect(manifest).toMatchObject({ status: 65, stdout: '' });
    expect(manifest.stderr).toMatch(/name must[\s\S]*version must|version must[\s\S]*name must/u);
    writeManifest({ version: '0.3.0', name: 'Commands' });
    writeFileSync(
      join(folder, 'src/index.ts'),
      `import fs from 'node:fs';\nexport const plugin = fs;`,
    );
    const code = await cli.run(['push']);
    expect(code).toMatchObject({ status: 65, stdout: '' });
    expect(code.stderr).toContain('src/index.ts:1');
    expect(await cli.json<Version[]>(['plugins', id])).toHaveLength(2);
  });

  it('changes, pauses and resumes a connection, and shows where its runs stand', async () => {
    const env = { TOKEN: 'sample-key' };
    await cli.json(['configure', 'Wrong', '--env', 'apiKey=TOKEN', '--name', 'Mended'], { env });
    await eventually(async () => {
      const runs = await cli.json<Run[]>(['runs', 'Mended']);
      expect(runs.map(({ state }) => state)).toEqual(['completed', 'failed']);
    });
    expect(await cli.json(['pause', 'Mended'])).toMatchObject({ state: 'paused' });
    expect(await cli.json(['resume', 'Mended'])).toMatchObject({ state: 'active' });
    expect(await cli.json<Run>(['sync', 'Mended'])).toMatchObject({ state: 'completed' });
    expect(await cli.json(['quarantine', 'list', 'Mended'])).toEqual([]);
    expect(await cli.json(['quarantine', 'drop', 'Mended', '--all', '--yes'])).toEqual({
      dropped: 0,
    });
    expect(await cli.json(['checkpoints', 'rewind', 'Mended', '--start'])).toEqual([]);
    expect(await cli.json(['runners'])).toMatchObject([{ plugin_id: id }]);
    expect(await cli.run(['oauth-client', 'show', id])).toMatchObject({ status: 66 });
  });

  it('exports what a connection brought, decides about people, and erases them', async () => {
    const records = async (name: string) => {
      const { stdout } = await cli.run(['export', name]);
      const lines = stdout.trim().split('\n');
      return lines.map((line) => JSON.parse(line) as { kind: string; record: { id: string } });
    };
    const [own, other] = [await records('Right'), await records('Mended')];
    expect(own.map(({ kind }) => kind)).toEqual(Array.from({ length: 30 }, () => 'person'));
    const [left = '', right = ''] = [own[0]?.record.id, other[0]?.record.id];
    expect(await cli.json(['person', 'link', left, right])).toMatchObject([
      { records: expect.arrayContaining([{ entity_id: right, rule: 'person' }]) as unknown },
    ]);
    const parted = await cli.json<{ records: { entity_id: string }[] }[]>([
      'person',
      'unlink',
      right,
    ]);
    const alone = parted.filter(({ records: all }) => all.some((each) => each.entity_id === right));
    expect(alone.flatMap(({ records: all }) => all)).toHaveLength(1);
    expect(await cli.json(['person', 'erase', right, '--yes'])).toMatchObject({ erased: 1 });
    expect(await cli.run(['person', 'show', right])).toMatchObject({ status: 66 });
    const erased = await cli.json(['delete', 'Mended', '--data', 'erase', '--yes']);
    expect(erased).toMatchObject({ state: 'done', affected: 29 });
    expect(await records('Right')).toHaveLength(30);
    expect((await cli.run(['audit'])).stdout).toMatch(/person\.erase +default/u);
  });

  it('makes a key that can do what it is for and nothing else, and revokes it', async () => {
    const made = await cli.json<{ id: string; key: string }>([
      'admin-key',
      'create',
      '--name',
      'reader',
      '--scope',
      'admin:plugins:read',
    ]);
    const env = { MADE_OPEN_KEY: made.key };
    expect(await cli.json(['plugins'], { env })).toHaveLength(1);
    expect((await cli.run(['connections'], { env })).status).toBe(77);
    expect((await cli.run(['admin-key', 'list'])).stdout).toContain('reader');
    await cli.json(['admin-key', 'revoke', made.id]);
    expect((await cli.run(['plugins'], { env })).status).toBe(77);
  });

  it('leaves no secret in any log of the platform', () => {
    expect(story.filesWith(['a-wrong-api-key'])).toEqual([]);
  });

  function writeManifest(changes: object): void {
    const path = join(folder, 'plugin.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...manifest, ...changes }));
  }

  function writeNpmPackage(name: string, code: string): void {
    const path = join(folder, 'node_modules', name);
    mkdirSync(path, { recursive: true });
    writeFileSync(
      join(path, 'package.json'),
      JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js' }),
    );
    writeFileSync(join(path, 'index.js'), code);
  }
});
