import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdminServer } from './admin-server.ts';

const id = '01938c61-0000-7000-8000-000000000003';
const connectionId = '5b0c7f0e-4a43-4a39-8a3c-1f6c2b3d4e5f';
const fax = { id, to: '+442079460000', error: null, pages: null };
const pdf = '%PDF-1.7 letter';
const folder = mkdtempSync(join(tmpdir(), 'made-open-fax-'));
const letter = join(folder, 'letter.pdf');
let server: AdminServer;

beforeAll(async () => {
  server = await AdminServer.start();
  writeFileSync(letter, pdf);
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => server.reset());

const run = (...args: string[]) =>
  server.run(['fax', ...args], {
    env: { MADE_OPEN_GATEWAY_URL: server.url, MADE_OPEN_CLIENT_KEY: 'mop_key' },
  });

describe('fax', () => {
  it('sends a file through the connection that is named, and follows it to its end', async () => {
    server.on('GET', /^\/connections\?/u, () => ({
      data: [{ id: connectionId, name: 'Fax line' }],
      next_cursor: null,
    }));
    server.on('POST', /^\/v1\/faxes$/u, () => ({ ...fax, state: 'accepted' }));
    let looks = 0;
    server.on('GET', /^\/v1\/faxes\//u, () =>
      ++looks < 2 ? { ...fax, state: 'in_progress' } : { ...fax, state: 'succeeded', pages: 2 },
    );
    const sent = await run('send', fax.to, letter, '--connection', 'Fax line', '--key', 'k1');
    expect(sent.stdout).toBe(`fax ${id} to ${fax.to} is succeeded, 2 pages\n`);
    const asked = server.asked.find(({ path }) => path === '/v1/faxes');
    expect(asked?.headers['idempotency-key']).toBe('k1');
    for (const part of [pdf, connectionId, fax.to, 'filename="letter.pdf"'])
      expect(asked?.body).toContain(part);
  });

  it('ends with a fault when it failed, and says why', async () => {
    server.on('POST', /^\/v1\/faxes$/u, () => ({ ...fax, state: 'accepted' }));
    server.on('GET', /^\/v1\/faxes\//u, () => ({
      ...fax,
      state: 'failed',
      error: { code: 'lineError', message: 'No dial tone' },
    }));
    const sent = await run('send', fax.to, letter);
    expect(sent.status).not.toBe(0);
    expect(sent.stderr).toContain('lineError: No dial tone');
  });

  it('lists, shows and cancels', async () => {
    server.on('GET', /^\/v1\/faxes\?/u, () => ({
      data: [{ ...fax, state: 'queued' }],
      next_cursor: null,
    }));
    server.on('GET', /^\/v1\/faxes\//u, () => ({ ...fax, state: 'queued' }));
    server.on('POST', /\/cancel$/u, () => ({ ...fax, state: 'queued', cancelling: true }));
    expect((await run('list', '--state', 'queued')).stdout).toContain(id);
    expect(server.asked.at(-1)?.path).toContain('state=queued');
    expect((await run('show', id)).stdout).toContain('is queued');
    expect((await run('cancel', id)).stdout).toContain('is asked to cancel it');
    expect(server.asked.at(-1)?.path).toBe(`/v1/faxes/${id}/cancel`);
  });

  it('says which file it cannot read', async () => {
    const { status, stderr } = await run('send', fax.to, join(folder, 'missing.pdf'));
    expect([status === 0, stderr]).toEqual([false, expect.stringContaining('missing.pdf')]);
  });
});
