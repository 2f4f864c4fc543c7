import { ContactsServer, sampleContacts, sampleHost } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import { aWheel } from '@made-open/testing/a-wheel';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Entity, Page, Run } from './platform/api-client.ts';
import { MadeOpen } from './platform/made-open.ts';
import { settledRun } from './platform/steps.ts';
import { startStory, type Story } from './platform/story.ts';
import { ScriptedSource, sendJson } from './sources/scripted-source.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const faxHost = 'fax.example.com';
const wheel = 'polite-1.0-py3-none-any.whl';
const titles = { 'polite/__init__.py': 'def title(name):\n    return f"Dear {name}"\n' };

interface Fax {
  readonly id: string;
  readonly state: string;
  readonly pages: number | null;
  readonly provider_status: string | null;
}

describe('python: plugins in Python, from an empty folder to what they bring', () => {
  const folder = mkdtempSync(join(tmpdir(), 'made-open-python-'));
  const faxes: string[] = [];
  let contacts: ContactsServer;
  let provider: ScriptedSource;
  let story: Story;

  beforeAll(async () => {
    const build = join(root, 'libs/plugin-sdk-python/tools/build-runtime.ts');
    const runtime = execFileSync(process.execPath, [build], { encoding: 'utf8' }).trim();
    process.env['PYTHON_RUNTIME_DIR'] = runtime;
    contacts = await ContactsServer.start({ apiKey: 'sample-key', contacts: sampleContacts(30) });
    provider = await ScriptedSource.start([faxHost], async (request, response) => {
      if (request.method === 'GET') return sendJson(response, 200, { state: 'sent', pages: 1 });
      faxes.push(await text(request));
      return sendJson(response, 201, { id: 'job-1' });
    });
    story = await startStory({ [sampleHost]: contacts, [faxHost]: provider });
  }, 600_000);
  afterAll(async () => {
    await story?.stop();
    await Promise.all([contacts?.stop(), provider?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  function madeOpen(place: string): MadeOpen {
    mkdirSync(join(folder, place), { recursive: true });
    return new MadeOpen(join(folder, place), {
      MADE_OPEN_KEY: story.key,
      MADE_OPEN_URL: story.platform.managerUrl,
      PYTHON_RUNTIME_DIR: process.env['PYTHON_RUNTIME_DIR'] ?? '',
      API_KEY: 'sample-key',
    });
  }

  /** Changes a file of a project. */
  function rewrite(path: string, change: (content: string) => string): void {
    const file = join(folder, path);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  }

  const persons = (): Promise<Entity[]> => story.client.all<Entity>('/persons?limit=100');

  it('a connector with a wheel: made, pushed, connected, and what it brought is found', async () => {
    const author = madeOpen('contacts');
    await author.json(['create', 'com.example.py-contacts', '.', '--runtime', 'python']);
    mkdirSync(join(author.folder, 'wheels'));
    writeFileSync(join(author.folder, 'wheels', wheel), aWheel({ fileName: wheel, files: titles }));
    rewrite('contacts/plugin.py', (code) =>
      `from polite import title\n${code}`.replace('raw_item["name"],', 'title(raw_item["name"]),'),
    );
    expect(await author.json(['validate'])).toMatchObject({ files: ['plugin.py', wheel] });
    await author.json(['push']);
    await author.json(['approve', '--yes']);
    const connection = await author.json<{ id: string }>(['connect', '--env', 'apiKey=API_KEY']);
    const run = await settledRun(story.admin, connection.id);
    expect(run).toMatchObject({ state: 'completed', counts: { created: 30 } });
    expect((await persons()).every(({ display_name: name }) => name?.startsWith('Dear '))).toBe(
      true,
    );
    const hits = await eventually(async () => {
      const { data } = await story.client.get<Page<{ title: string }>>('/search?q=Lovelace');
      if (data.length === 0) throw new Error('not indexed yet');
      return data;
    });
    expect(hits[0]?.title).toMatch(/^Dear .*Lovelace/u);
  });

  it('the same by the API is the same version; a wheel of compiled code is refused', async () => {
    const read = (path: string) => readFileSync(join(folder, 'contacts', path));
    const form = (name: string, version: string): FormData => {
      const made = new FormData();
      const manifest = read('plugin.json').toString().replace('0.1.0', version);
      made.append('manifest', new Blob([manifest]), 'plugin.json');
      made.append('source', new Blob([read('plugin.py')]), 'plugin.py');
      made.append('wheel', new Blob([read(`wheels/${wheel}`)]), name);
      return made;
    };
    const again = await story.admin.request('POST', '/plugins', form(wheel, '0.1.0'));
    expect(again).toMatchObject({ status: 200, body: { state: 'active' } });
    const native = form('polite-1.0-cp314-cp314-manylinux_2_28_x86_64.whl', '0.1.1');
    await expect(story.admin.request('POST', '/plugins', native)).rejects.toMatchObject({
      status: 422,
      body: { code: 'bundle.wheel', detail: expect.stringContaining('py3-none-any') as unknown },
    });
  });

  it('an exception of the plugin shows its line, and nothing is lost', async () => {
    const author = madeOpen('contacts');
    rewrite('contacts/plugin.json', (json) => json.replace('0.1.0', '0.2.0'));
    rewrite('contacts/plugin.py', (code) => code.replace('raw_item["name"]', 'raw_item["nam"]'));
    await author.json(['push']);
    await author.json(['approve', '--yes']);
    const [connection] = (await story.admin.get<Page<{ id: string }>>('/connections')).data;
    await story.admin.post(`/connections/${connection?.id ?? ''}/sync`);
    const error = await eventually(async () => {
      const path = `/connections/${connection?.id ?? ''}/runs`;
      const [run] = (await story.admin.get<Page<Run>>(path)).data;
      if (run?.['plugin_version'] !== '0.2.0' || typeof run.error?.message !== 'string')
        throw new Error(JSON.stringify(run));
      return run.error;
    });
    expect(error).toMatchObject({
      code: 'plugin.error',
      stack: expect.stringMatching(/"plugin\.py", line \d+[\s\S]*KeyError: 'nam'/u) as string,
    });
    expect(await persons()).toHaveLength(30);
  });

  it('a fax provider: a fax goes out with its file, and its status is asked for', async () => {
    const author = madeOpen('fax');
    await author.json([
      'create',
      'com.example.py-fax',
      '.',
      '--runtime',
      'python',
      '--type',
      'fax',
    ]);
    for (const file of ['fax/plugin.py', 'fax/plugin.json'])
      rewrite(file, (content) => content.replaceAll(sampleHost, faxHost));
    rewrite('fax/plugin.json', (json) => {
      const manifest = JSON.parse(json) as { provider: object };
      const poll = { initialDelaySeconds: 1, intervalSeconds: 1 };
      return JSON.stringify({ ...manifest, provider: { ...manifest.provider, poll } });
    });
    await author.json(['push']);
    await author.json(['approve', '--yes']);
    const args = ['connect', '--env', 'apiKey=API_KEY', '--no-wait'];
    const connection = await author.json<{ id: string }>(args);
    const form = new FormData();
    form.append('to', '+15550100');
    form.append('connection_id', connection.id);
    form.append(
      'file',
      new Blob(['%PDF-1.4\nHello\n%%EOF\n'], { type: 'application/pdf' }),
      'a.pdf',
    );
    const sent = await story.client.request('POST', '/faxes', form, { 'Idempotency-Key': 'py-1' });
    const { id } = sent.body as Fax;
    const fax = await eventually(
      async () => {
        const now = await story.client.get<Fax>(`/faxes/${id}`);
        if (now.state !== 'succeeded') throw new Error(JSON.stringify(now));
        return now;
      },
      { timeoutMs: 60_000 },
    );
    expect(fax).toMatchObject({ pages: 1, provider_status: 'sent' });
    expect(faxes).toEqual([expect.stringContaining('%PDF-1.4\nHello')]);
    expect(faxes[0]).toContain('+15550100');
  });
});
