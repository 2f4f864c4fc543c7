import { strFromU8, unzipSync } from 'fflate';
import { bootstrapKey, Manager } from '../platform/manager.ts';
import { anInput } from './an-input.ts';

let manager: Manager;

beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager?.stop());

interface Files {
  readonly digest: string;
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly warnings: readonly { readonly pointer: string }[];
}

async function generate(input: object): Promise<Files> {
  const { status, body } = await manager.post('/builder/generate', { input });
  expect([status, body['faults']]).toEqual([200, undefined]);
  return body as unknown as Files;
}

async function install(input: object, { digest, warnings }: Files) {
  const acknowledged = warnings.map(({ pointer }) => pointer);
  return manager.post('/builder/install', { input, digest, acknowledged });
}

describe('the builder', () => {
  it('checks step by step, and says where a fault is', async () => {
    const basics = { id: 'con', name: 'A', version: '1' };
    const { body } = await manager.post('/builder/check', { step: 'basics', input: { basics } });
    expect(body).toMatchObject({
      is_valid: false,
      faults: [{ pointer: '/basics/version' }, { pointer: '/basics/id' }],
    });
    const right = { basics: { id: 'acme', name: 'A', version: '1.0.0' } };
    const first = await manager.post('/builder/check', { step: 'basics', input: right });
    expect(first.body).toMatchObject({ is_valid: true, taken: null });
    expect((await manager.post('/builder/check', { input: right })).body['is_valid']).toBe(false);
  });

  it.each(['http', 'node', 'python'] as const)(
    'downloads of the target %s exactly what it has shown',
    async (target) => {
      const input = anInput({ target });
      const { files } = await generate(input);
      const archive = await fetchArchive(input);
      expect(await fetchArchive(input)).toEqual(archive);
      expect(
        Object.entries(unzipSync(archive)).map(([path, bytes]) => ({
          path,
          content: strFromU8(bytes),
        })),
      ).toEqual(files.map(({ path, content }) => ({ path, content })));
    },
  );

  it.each(['http', 'node'] as const)('installs of the target %s exactly that', async (target) => {
    const input = anInput({ target, basics: { ...anInput().basics, id: `acme-${target}` } });
    const built = await generate(input);
    const stored = await install(input, built);
    expect([stored.status, stored.body['digest']]).toEqual([201, built.digest]);
    expect((await install(input, built)).status).toBe(200);
    const { body } = await manager.post('/builder/place', { input });
    expect(body).toMatchObject({
      slots: [{ slot: 'outbound', held_by: null }],
      missing_credentials: ['api_key'],
      scopes: { missing: [] },
      installed: { version: '1.0.0', digest: built.digest, is_this: true, is_active: false },
      actual: { state: 'inactive' },
      is_running: false,
    });
  });

  it('installs nothing that nobody has looked at, and nothing with a warning that nobody has read', async () => {
    const input = anInput({ basics: { ...anInput().basics, id: 'acme-unseen' } });
    const { digest, warnings } = await generate(input);
    const changed = { ...input, capabilities: ['send_fax', 'get_status'] };
    const { cancel_fax: _, ...actions } = input.actions ?? {};
    const other = await install({ ...changed, actions }, { digest, warnings, files: [] });
    expect([other.status, other.body['code']]).toEqual([409, 'builder.other_digest.conflict']);
    const unread = await install(input, { digest, warnings: [], files: [] });
    expect([unread.status, unread.body['code']]).toEqual([422, 'builder.not_acknowledged']);
    expect((await manager.get('/plugins/acme-unseen')).status).toBe(404);
  });

  it('opens what is installed as the next version, and says what changes', async () => {
    const { body } = await manager.get('/builder/installed/acme-http');
    const input = body['input'] as ReturnType<typeof anInput>;
    expect(input.basics.version).toBe('1.0.1');
    const changed = {
      ...input,
      basics: { ...input.basics, learn_more: 'https://acme.example/docs' },
    };
    const next = await manager.post('/builder/generate', { input: changed });
    expect(next.body['differences']).toEqual({
      version: '1.0.0',
      is_same: false,
      changes: [
        { pointer: '/version', kind: 'changed' },
        { pointer: '/learn_more', kind: 'added' },
      ],
    });
    expect((await manager.get('/builder/installed/acme-node')).status).toBe(409);
  });

  it('asks for scopes, and tells a caller which it lacks', async () => {
    const key = await manager.key(['admin:plugins:read']);
    const input = anInput();
    const asked = await manager.ask('POST', '/admin/v1/builder/place', { key, body: { input } });
    expect(asked.body['scopes']).toMatchObject({
      missing: ['admin:plugins:write', 'admin:plugins:approve', 'admin:connections:write'],
    });
    const body = { input, digest: 'x' };
    const refused = await manager.ask('POST', '/admin/v1/builder/install', { key, body });
    expect(refused.status).toBe(403);
  });

  it('is not there where it is switched off', async () => {
    const other = await manager.beside({ BUILDER_ENABLED: 'false' });
    const { status, body } = await other.get('/builder/steps');
    await other.stopReplica();
    expect([status, body['code']]).toEqual([404, 'builder.disabled']);
  });
});

async function fetchArchive(input: object): Promise<Uint8Array> {
  const response = await fetch(`${manager.url}/admin/v1/builder/download`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${bootstrapKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ input }),
  });
  expect(response.headers.get('content-type')).toBe('application/zip');
  return new Uint8Array(await response.arrayBuffer());
}
