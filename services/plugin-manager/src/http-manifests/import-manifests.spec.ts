import { anHttpManifest } from '../../test/contracts/an-http-manifest.ts';
import { MemoryPluginStore } from '../plugins/memory-plugin-store.ts';
import { manifestOf } from '../plugins/plugin.ts';
import { RegisterPlugin } from '../plugins/register-plugin.ts';
import { ImportManifests } from './import-manifests.ts';
import { MemoryManifestStore } from './memory-manifest-store.ts';

const host = 'api.example.com';
const legacy = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify(
    {
      id: 'example',
      name: 'Example',
      auth: { scheme: 'bearer' },
      allowed_domains: [host],
      actions: {
        send_fax: {
          url: `https://${host}/fax`,
          body: { kind: 'json', template: '{"to":"{{to}}"}' },
          response: { job_id: 'id' },
        },
      },
      ...changes,
    },
    undefined,
    2,
  );

function subject() {
  const [plugins, manifests] = [new MemoryPluginStore(), new MemoryManifestStore()];
  const registration = new RegisterPlugin(plugins);
  return { plugins, manifests, imports: new ImportManifests({ plugins, manifests, registration }) };
}

describe('ImportManifests', () => {
  it('makes a version of a manifest of Faxbot, and keeps the original byte for byte', async () => {
    const { imports, manifests, plugins } = subject();
    const [result] = await imports.import(legacy());
    expect(result).toMatchObject({ id: 'example', state: 'stored', report: { errors: [] } });
    expect(await manifests.find('example')).toMatchObject({
      original: legacy(),
      state: 'stored',
      version: '1.0.0',
    });
    const version = await plugins.version('example', '1.0.0');
    expect(version === undefined ? undefined : manifestOf(version)).toMatchObject({
      runtime: 'http',
      permissions: [`network:outbound:${host}`, 'event:publish:communication.*'],
    });
    expect(await imports.import(legacy())).toMatchObject([{ registered: { isNew: false } }]);
  });

  it('makes no version before somebody has confirmed the hosts', async () => {
    const { imports, manifests, plugins } = subject();
    const open = legacy({ allowed_domains: [] });
    expect(await imports.import(open)).toMatchObject([
      { state: 'needs_approval', report: { proposed_domains: [host] } },
    ]);
    expect(await plugins.plugin('example')).toBeUndefined();
    await expect(imports.confirm('other', [host])).rejects.toMatchObject({ status: 404 });
    expect(await imports.confirm('example', [host])).toMatchObject({ state: 'stored' });
    expect(await plugins.version('example', '1.0.0')).toBeDefined();
    expect(await manifests.find('example')).toMatchObject({ state: 'stored', original: open });
    await expect(imports.confirm('example', [host])).rejects.toMatchObject({ status: 409 });
  });

  it('takes hosts that are confirmed with the import', async () => {
    const { imports } = subject();
    const open = legacy({ allowed_domains: undefined });
    expect(await imports.import(open, { example: [host] })).toMatchObject([{ state: 'stored' }]);
  });

  it('finds many in a page, and says of each what became of it', async () => {
    const { imports, manifests, plugins } = subject();
    const broken = legacy({
      id: 'broken',
      actions: { send_fax: { url: `https://${host}/{{fax_id}}`, response: { faxId: 'id' } } },
    });
    const page = `# Providers\n\n${legacy()}\n\ntext { between\n\n${broken}\n${legacy({ id: 'a/b' })}\n${anHttpManifest()}\n`;
    const results = await imports.import(page);
    expect(results.map(({ originalId, state }) => [originalId, state])).toEqual([
      ['example', 'stored'],
      ['broken', 'not_runnable'],
      ['a/b', 'refused'],
      ['acme-fax', 'stored'],
    ]);
    expect(results[1]?.report.errors).toHaveLength(2);
    expect(await plugins.plugin('broken')).toBeUndefined();
    expect(await manifests.find('broken')).toMatchObject({ original: broken });
    await expect(imports.import('# nothing')).rejects.toMatchObject({ status: 422 });
  });

  it('refuses a second id that is the same here', async () => {
    const { imports, plugins } = subject();
    await imports.import(legacy({ id: 'AcmeFAX' }));
    expect(await plugins.plugin('acmefax')).toBeDefined();
    await expect(imports.import(legacy({ id: 'acmefax' }))).rejects.toMatchObject({
      status: 409,
      code: 'http_manifest.id_taken.conflict',
    });
    await expect(imports.import(legacy({ id: 'AcmeFAX', name: 'Other' }))).rejects.toMatchObject({
      status: 409,
      code: 'plugin.version_exists.conflict',
    });
  });

  it('does not let a document that is pushed pass for one of the import', async () => {
    const { imports } = subject();
    await expect(imports.import(anHttpManifest({ legacy: true }))).rejects.toMatchObject({
      status: 422,
      members: { faults: [expect.objectContaining({ pointer: '/legacy' }) as unknown] },
    });
  });
});
