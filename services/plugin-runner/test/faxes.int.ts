import { Effect } from '@made-open/contracts';
import { createHash, randomBytes } from 'node:crypto';
import { Invoker } from './invoker.ts';
import { RunnerFixture } from './runner.ts';

/** A provider of faxes as a class; what FaxPlugin of the SDK adds is its mark. */
const bundleOf = (version: string): string => `
class Provider {
  get isFaxPlugin() { return true; }
  async initialize(config) { this.key = config.apiKey; }
  async sendFax(to, filePath, options) {
    const { status, body } = await this.context.http.request({ url: 'http://source.example/faxes', method: 'POST',
      headers: { authorization: 'Bearer ' + this.key, 'x-version': '${version}' },
      multipart: [{ name: 'to', value: to }, { name: 'file', file: filePath, filename: options.file.name, contentType: 'application/pdf' }] });
    return status < 300 ? { job_id: body.id, status: 'queued' } : { status: 'failed', error: 'refused' };
  }
  async getStatus(jobId) { return { job_id: jobId, status: 'SUCCESS', pages: 2, provider_status: '${version}' }; }
  async cancelFax(jobId) { await this.context.http.post('http://source.example/cancel/' + jobId); return true; }
}
globalThis.__plugin = { Provider };`;

const own = '1.0.0';
let fixture: RunnerFixture;
let invoker: Invoker;

beforeAll(async () => {
  fixture = await RunnerFixture.start(bundleOf(own));
  fixture.wallet.config = { apiKey: 'key-of-the-provider' };
  fixture.source.answer = (path) => ({ body: { id: path === '/faxes' ? 77 : null } });
  invoker = await Invoker.beside(fixture);
  await fixture.runner();
});
afterAll(() => fixture?.stop());
beforeEach(() => {
  fixture.source.paths.splice(0);
});

function aFax(): { fax: object; pdf: Buffer; fileId: string } {
  const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(300_000)]);
  const fileId = createHash('sha256').update(pdf).digest('hex');
  fixture.etl.files.set(fileId, pdf);
  const file = { file_id: fileId, name: 'a.pdf', mime_type: 'application/pdf' };
  return { fax: { to: '+442079460000', file, idempotencyKey: 'f1' }, pdf, fileId };
}

const grants = [
  'network:outbound:http://source.example',
  'event:publish:connector.*',
  'data:write:persons',
  'data:read:persons',
];

describe('a fax', () => {
  it('is sent by a class with the bytes of its file', async () => {
    const { fax, fileId } = aFax();
    const result = await invoker.fax('c1', fax);
    expect(result).toMatchObject({ effect: Effect.DONE, pluginVersion: own });
    expect(JSON.parse(result.resultJson)).toMatchObject({ jobId: '77', status: 'queued' });
    const form = await fixture.source.form('/faxes');
    const file = form.get('file');
    if (!(file instanceof File)) throw new Error('no file came');
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(fileId);
    expect(form.get('to')).toBe('+442079460000');
  });

  it('reads no file but its own', async () => {
    const { fax } = aFax();
    const other = { ...fax, file: { file_id: 'ab'.repeat(32), name: 'b.pdf' } };
    const result = await invoker.fax('c1', other);
    expect(result).toMatchObject({ error: { code: 'http.file_unavailable' }, effect: Effect.NONE });
  });

  it('is asked about and cancelled', async () => {
    const status = await invoker.askOfFax('c1', { jobId: 'j1' });
    expect(JSON.parse(status.resultJson)).toEqual({
      jobId: 'j1',
      status: 'succeeded',
      providerStatus: own,
      pages: 2,
    });
    const cancelled = await invoker.askOfFax('c1', { jobId: 'j1', cancel: true });
    expect(JSON.parse(cancelled.resultJson)).toEqual({ status: 'cancelled' });
    expect(fixture.source.paths).toEqual(['/cancel/j1']);
  });
});

describe('a version that a fax was accepted with', () => {
  it('is the one that is called, with what it may do', async () => {
    fixture.manager.versions.set('0.9.0', { grants, bundle: bundleOf('0.9.0') });
    const sent = await invoker.fax('c2', aFax().fax, { pluginVersion: '0.9.0' });
    expect(sent).toMatchObject({ effect: Effect.DONE, pluginVersion: '0.9.0' });
    expect(fixture.source.headers.get('/faxes')?.['x-version']).toBe('0.9.0');
    for (const version of ['0.9.0', own, '0.9.0']) {
      const asked = await invoker.askOfFax('c2', { jobId: 'j' }, { pluginVersion: version });
      expect(JSON.parse(asked.resultJson)).toMatchObject({ providerStatus: version });
    }
  });

  it('is one of several, of which the oldest go', async () => {
    for (const version of ['0.1.0', '0.2.0', '0.3.0', '0.1.0']) {
      fixture.manager.versions.set(version, { grants, bundle: bundleOf(version) });
      const asked = await invoker.askOfFax('c3', { jobId: 'j' }, { pluginVersion: version });
      expect(JSON.parse(asked.resultJson)).toMatchObject({ providerStatus: version });
    }
  });

  it('is refused once something of it is revoked, and nothing is sent', async () => {
    fixture.manager.versions.set('0.5.0', { grants, bundle: bundleOf('0.5.0') });
    const asked = await invoker.askOfFax('c4', { jobId: 'j' }, { pluginVersion: '0.5.0' });
    expect(asked.error).toBeUndefined();
    fixture.manager.versions.set('0.5.0', { grants: grants.slice(1), bundle: bundleOf('0.5.0') });
    const sent = await invoker.fax('c4', aFax().fax, { pluginVersion: '0.5.0' });
    expect(sent).toMatchObject({
      error: { code: 'runner.version_refused' },
      permanent: true,
      effect: Effect.NONE,
    });
    expect(fixture.source.paths).toEqual([]);
  });
});
