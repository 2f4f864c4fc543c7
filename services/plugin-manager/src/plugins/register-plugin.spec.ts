import { aManifest } from '../../test/contracts/seed-plugin.ts';
import { anHttpManifest } from '../../test/contracts/an-http-manifest.ts';
import { sha256 } from '../bundles/digest.ts';
import { MemoryPluginStore } from './memory-plugin-store.ts';
import { manifestOf } from './plugin.ts';
import { RegisterPlugin } from './register-plugin.ts';

const source = 'export const plugin = { async *sync() {} };';
const upload = (changes: Record<string, unknown> = {}, text = source) => ({
  manifestText: aManifest(changes),
  files: new Map([['index.ts', text]]),
  bundle: undefined,
});
const document = (manifestText: string) => ({
  manifestText,
  files: new Map<string, string>(),
  bundle: undefined,
});

describe('RegisterPlugin', () => {
  it('stores what was pushed, and knows it again', async () => {
    const registration = new RegisterPlugin(new MemoryPluginStore());
    const first = await registration.register(upload());
    expect(first).toMatchObject({ isNew: true, version: { version: '0.1.0' } });
    const again = await registration.register(upload());
    expect(again).toMatchObject({ isNew: false, version: { digest: first.version.digest } });
  });

  it('replaces a version that nobody has approved or activated', async () => {
    const store = new MemoryPluginStore();
    const registration = new RegisterPlugin(store);
    const first = await registration.register(upload());
    const other = await registration.register(upload({}, `${source}//`));
    expect(other).toMatchObject({ isNew: true, version: { version: '0.1.0' } });
    expect(other.version.digest).not.toBe(first.version.digest);
  });

  it('refuses a released version with other code, other settings or another name of a file', async () => {
    const store = new MemoryPluginStore();
    const registration = new RegisterPlugin(store);
    const { version } = await registration.register(upload());
    await store.release(version.pluginId, version.version, version.digest);
    const renamed = { ...upload(), files: new Map([['src/index.ts', source]]) };
    for (const other of [upload({}, `${source} `), upload({ name: 'Other' }), renamed])
      await expect(registration.register(other)).rejects.toMatchObject({
        status: 409,
        code: 'plugin.version_exists.conflict',
      });
  });

  it('tells nobody of a version that another push has replaced meanwhile', async () => {
    const store = new MemoryPluginStore();
    const registration = new RegisterPlugin(store);
    const pushes = [upload(), upload({}, `${source}//`)];
    const results = await Promise.allSettled(pushes.map((push) => registration.register(push)));
    const stored = await store.version('com.example.my-connector', '0.1.0');
    const told = results.flatMap((result) =>
      result.status === 'fulfilled' ? [result.value.version.digest] : [],
    );
    expect(new Set(told).size).toBe(told.length);
    expect(told).toContain(stored?.digest);
  });

  it('refuses another type under the same id', async () => {
    const registration = new RegisterPlugin(new MemoryPluginStore());
    await registration.register(upload());
    await expect(
      registration.register(upload({ version: '0.2.0', type: 'operator' })),
    ).rejects.toMatchObject({ code: 'plugin.type_changed.conflict' });
  });

  it('refuses a runtime that does not run here, and a name that cannot be shown', async () => {
    const registration = new RegisterPlugin(new MemoryPluginStore());
    await expect(registration.register(upload({ runtime: 'python' }))).rejects.toMatchObject({
      code: 'plugin.runtime',
      message: expect.stringContaining('PYTHON_RUNTIME_DIR') as unknown,
    });
    await expect(registration.register(upload({ name: 'a\u0007b' }))).rejects.toMatchObject({
      code: 'manifest.invalid',
    });
  });

  it('stores an HTTP manifest as what runs, byte for byte', async () => {
    const store = new MemoryPluginStore();
    const registration = new RegisterPlugin(store);
    const { version, isNew } = await registration.register(document(anHttpManifest()));
    expect(isNew).toBe(true);
    expect(version).toMatchObject({ pluginId: 'acme-fax', version: '1.0.0' });
    expect(version.digest).toBe(sha256(anHttpManifest()));
    expect(version.bundleDigest).toBe(version.digest);
    expect(manifestOf(version)).toMatchObject({ runtime: 'http', entrypoint: 'manifest.json' });
    const part = { offset: 0, lengthBytes: 100_000 };
    const bundle = await store.bundle('acme-fax', version.bundleDigest, part);
    expect(Buffer.from(bundle?.chunk ?? []).toString()).toBe(anHttpManifest());
    expect(await registration.register(document(anHttpManifest()))).toMatchObject({ isNew: false });
  });

  it('never replaces a version of an HTTP manifest', async () => {
    const registration = new RegisterPlugin(new MemoryPluginStore());
    await registration.register(document(anHttpManifest()));
    await expect(
      registration.register(document(anHttpManifest({ name: 'Other' }))),
    ).rejects.toMatchObject({ status: 409, code: 'plugin.version_exists.conflict' });
    const next = await registration.register(document(anHttpManifest({ version: '1.1.0' })));
    expect(next.isNew).toBe(true);
  });

  it('tells every fault of an HTTP manifest with its place', async () => {
    const registration = new RegisterPlugin(new MemoryPluginStore());
    const wrong = anHttpManifest({ id: '../../evil', timeout_ms: 'abc' });
    await expect(registration.register(document(wrong))).rejects.toMatchObject({
      status: 422,
      code: 'http_manifest.invalid',
      members: {
        faults: [
          expect.objectContaining({ pointer: '/id' }) as unknown,
          expect.objectContaining({ pointer: '/timeout_ms' }) as unknown,
        ],
      },
    });
    const large = `{"manifest_version":1,"id":"${'a'.repeat(300_000)}"}`;
    await expect(registration.register(document(large))).rejects.toMatchObject({
      status: 413,
      code: 'http_manifest.too_large',
    });
  });
});
