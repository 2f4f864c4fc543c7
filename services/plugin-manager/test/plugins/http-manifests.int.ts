import { anHttpManifest } from '../contracts/an-http-manifest.ts';
import { Manager } from '../platform/manager.ts';

let manager: Manager;

beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager?.stop());

const example = `{
  "id": "example",
  "name": "Example Provider",
  "auth": { "scheme": "bearer" },
  "allowed_domains": ["api.example.com"],
  "timeout_ms": 15000,
  "actions": {
    "send_fax": {
      "method": "POST",
      "url": "https://api.example.com/fax/send",
      "headers": { "Content-Type": "application/json" },
      "body": { "kind": "json", "template": "{\\"to\\":\\"{{to}}\\",\\"url\\":\\"{{file_url}}\\"}" },
      "response": { "job_id": "data.id", "status": "data.status" }
    }
  }
}`;

describe('pushing an HTTP manifest', () => {
  it('stores it as what runs, and never takes other content for the same version', async () => {
    const text = anHttpManifest();
    const pushed = await manager.push(text, {});
    expect(pushed).toMatchObject({
      status: 201,
      body: { id: 'acme-fax', state: 'awaiting_approval' },
    });
    const [bundle] = await manager.rows<{ content: Buffer }>(
      'select content from bundle where digest = $1',
      [pushed.body['bundle_digest']],
    );
    expect(bundle?.content.toString()).toBe(text);
    expect(await manager.push(text, {})).toMatchObject({ status: 200 });
    expect(await manager.push(`${text} `, {})).toMatchObject({
      status: 409,
      body: { code: 'plugin.version_exists.conflict' },
    });
    expect(await manager.push(anHttpManifest({ version: '1.1.0' }), {})).toMatchObject({
      status: 201,
    });
  });

  it('refuses what is wrong with every place, and stores nothing', async () => {
    const refusals: [changes: Record<string, unknown>, status: number, pointer: string][] = [
      [{ id: '../../evil' }, 422, '/id'],
      [{ allowed_domains: ['169.254.169.254'] }, 422, '/allowed_domains/0'],
      [{ timeout_ms: 'abc' }, 422, '/timeout_ms'],
      [{ actions: [] }, 422, '/actions'],
      [{ auth: { scheme: 'oauth9' } }, 422, '/auth'],
    ];
    for (const [changes, status, pointer] of refusals)
      expect(await manager.push(anHttpManifest({ id: 'wrong', ...changes }), {})).toMatchObject({
        status,
        body: { faults: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown },
      });
    const secret = { auth: { scheme: 'bearer', token: 'sk-live-0123456789' } };
    expect(await manager.push(anHttpManifest(secret), {})).toMatchObject({
      status: 422,
      body: { code: 'secret_in_manifest' },
    });
    expect(
      await manager.push(anHttpManifest({ description: 'x'.repeat(300_000) }), {}),
    ).toMatchObject({ status: 413 });
    expect(await manager.get('/plugins/wrong')).toMatchObject({ status: 404 });
  });
});

describe('importing HTTP manifests', () => {
  it('checks one without storing it', async () => {
    expect(await manager.post('/http-manifests/validate', { manifest: example })).toMatchObject({
      status: 200,
      body: { format: 'legacy', id: 'example', report: { errors: [], runnable: true } },
    });
    expect(
      await manager.post('/http-manifests/validate', { manifest: JSON.parse(anHttpManifest()) }),
    ).toMatchObject({ status: 200, body: { format: 'v1', valid: true } });
    expect(
      await manager.post('/http-manifests/validate', { manifest: { manifest_version: 1 } }),
    ).toMatchObject({ status: 422 });
    expect(await manager.get('/plugins/example')).toMatchObject({ status: 404 });
  });

  it('shows what an action would send, without sending it', async () => {
    const preview = await manager.post('/http-manifests/preview', {
      manifest: example,
      action: 'send_fax',
      input: { to: '+15550100","admin":"true' },
    });
    expect(preview).toMatchObject({
      status: 200,
      body: {
        problems: [],
        requests: [
          {
            method: 'POST',
            url: 'https://api.example.com/fax/send',
            headers: { Authorization: 'Bearer •••' },
          },
        ],
      },
    });
    const [request] = preview.body['requests'] as { body: string }[];
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ to: '+15550100","admin":"true' });
  });

  it('takes manifests of Faxbot out of a page, and keeps each as it was', async () => {
    const open = example
      .replace('"example"', '"OpenFax"')
      .replace('"allowed_domains": ["api.example.com"],', '');
    const text = `# List\n\n${example}\n\nand {another}:\n\n${open}\n`;
    const imported = await manager.post('/http-manifests/import', { text });
    expect(imported).toMatchObject({
      status: 200,
      body: {
        data: [
          { id: 'example', state: 'stored', version: '1.0.0', report: { errors: [] } },
          {
            id: 'openfax',
            original_id: 'OpenFax',
            state: 'needs_approval',
            version: null,
            report: { proposed_domains: ['api.example.com'] },
          },
        ],
      },
    });
    expect((await manager.get('/http-manifests/openfax')).body['original']).toBe(open);
    expect(await manager.get('/plugins/openfax')).toMatchObject({ status: 404 });
    const allowed_domains = ['api.example.com'];
    expect(
      await manager.post('/http-manifests/openfax/confirm', { allowed_domains }),
    ).toMatchObject({ status: 200, body: { state: 'stored', version: '1.0.0' } });
    expect(await manager.get('/plugins/openfax/versions/1.0.0')).toMatchObject({
      status: 200,
      body: { state: 'awaiting_approval' },
    });
    expect(
      await manager.post('/http-manifests/import', { text: open.replace('OpenFax', 'openfax') }),
    ).toMatchObject({ status: 409, body: { code: 'http_manifest.id_taken.conflict' } });
    const list = await manager.get('/http-manifests');
    expect(list.body['data']).toMatchObject([{ id: 'example' }, { id: 'openfax' }]);
    const audit = await manager.get('/audit');
    expect(audit.text).toContain('http_manifest.import');
    expect(audit.text).toContain('openfax: api.example.com');
  });
});
