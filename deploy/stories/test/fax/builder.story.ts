import { ProviderServer } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MadeOpen } from '../platform/made-open.ts';
import { connect } from '../platform/steps.ts';
import { startStory, type StandIn, type Story } from '../platform/story.ts';
import { faxes, from } from './provider-cases.ts';

const pythonRuntime = fileURLToPath(
  new URL('../../../../libs/plugin-sdk-python/tools/build-runtime.ts', import.meta.url),
);
const to = '+15550001111';
const pdf = Buffer.from('%PDF-1.7\n% a fax of one page\n');
const sha256 = (content: Uint8Array | undefined): string =>
  createHash('sha256')
    .update(content ?? '')
    .digest('hex');

interface Input {
  readonly basics: { readonly id: string };
  readonly actions: Readonly<Record<string, object>>;
}
interface BuiltFiles {
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly digest: string;
  readonly warnings: readonly { readonly pointer: string }[];
}
interface VersionView {
  readonly version: string;
  readonly digest: string;
  readonly permissions_required: readonly string[];
}
interface FaxView {
  readonly id: string;
  readonly state: string;
  readonly job_id: string | null;
}

const cases = faxes
  .filter(({ preset }) => ['interfax', 'documo'].includes(preset))
  .flatMap((each) => (['http', 'node', 'python'] as const).map((target) => ({ ...each, target })));

describe('what the builder makes', () => {
  let story: Story;
  const servers: ProviderServer[] = [];

  beforeAll(async () => {
    const runtime = execFileSync(process.execPath, [pythonRuntime], { encoding: 'utf8' }).trim();
    process.env['PYTHON_RUNTIME_DIR'] = runtime;
    const hosts: Record<string, StandIn> = {};
    for (const provider of new Set(cases.map((each) => each.provider))) {
      const server = await ProviderServer.start(provider);
      servers.push(server);
      for (const host of provider.hosts) hosts[host] = server;
    }
    story = await startStory(hosts, { publicUrl: 'https://faxes.example' });
  }, 600_000);
  afterAll(async () => {
    await story?.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });

  /** As somebody does it who takes a preset to begin with. */
  async function install(preset: string, target: string): Promise<string> {
    const { admin } = story;
    const { input } = await admin.get<{ input: Input }>(`/builder/presets/${preset}`);
    const { send_fax, get_status } = input.actions;
    const id = `${preset}-${target}`;
    const wanted = {
      ...input,
      basics: { ...input.basics, id, categories: ['outbound'] },
      target,
      capabilities: ['send_fax', 'get_status'],
      actions: { send_fax, get_status },
      webhooks: undefined,
    };
    const built = await admin.post<BuiltFiles>('/builder/generate', { input: wanted });
    const { version, digest, permissions_required } = await admin.post<VersionView>(
      '/builder/install',
      {
        input: wanted,
        digest: built.digest,
        acknowledged: built.warnings.map(({ pointer }) => pointer),
      },
    );
    expect(digest).toBe(built.digest);
    await admin.post(`/plugins/${id}/versions/${version}/approve`, {
      permissions: permissions_required,
      activate: true,
    });
    return id;
  }

  async function send(connectionId: string, key: string): Promise<FaxView> {
    const form = new FormData();
    form.append('to', to);
    form.append('from', from);
    form.append('connection_id', connectionId);
    form.append('file', new Blob([pdf], { type: 'application/pdf' }), 'fax.pdf');
    const headers = { 'Idempotency-Key': key };
    return (await story.client.request('POST', '/faxes', form, headers)).body as FaxView;
  }

  it('gives on the command line what the API gives', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'made-open-build-'));
    const { admin, key, platform } = story;
    const cli = new MadeOpen(folder, {
      MADE_OPEN_KEY: key,
      MADE_OPEN_URL: platform.managerUrl,
    });
    try {
      const { written } = await cli.json<{ written: string[] }>([
        'build',
        '--preset',
        'interfax',
        '--out',
        'made',
      ]);
      const { input } = await admin.get<{ input: Input }>('/builder/presets/interfax');
      const { files } = await admin.post<BuiltFiles>('/builder/generate', { input });
      expect(
        written.map((path) => ({
          path,
          content: readFileSync(join(folder, 'made', path), 'utf8'),
        })),
      ).toEqual(files.map(({ path, content }) => ({ path, content })));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each(cases)('$preset as $target sends a fax', async ({ preset, target, config, got }) => {
    const id = await install(preset, target);
    const connectionId = await connect(story.admin, id, { ...config });
    // The gateway hears of a new connection a moment later.
    const { id: faxId } = await eventually(() => send(connectionId, `fax-${id}`), {
      timeoutMs: 60_000,
    });
    const fax = await eventually(
      async () => {
        const found = await story.client.get<FaxView>(`/faxes/${faxId}`);
        if (found.job_id === null) throw new Error(JSON.stringify(found));
        return found;
      },
      { timeoutMs: 120_000 },
    );
    expect(['accepted', 'queued', 'in_progress', 'succeeded']).toContain(fax.state);
    expect(got().to).toBe(to);
    expect(sha256(got().content)).toBe(sha256(pdf));
  });
});
