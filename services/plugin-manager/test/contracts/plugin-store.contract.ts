import { readManifest } from '@made-open/manifest';
import { sha256 } from '../../src/bundles/digest.ts';
import type { NewVersion, PluginStore } from '../../src/plugins/plugin-store.ts';
import { aManifest } from './seed-plugin.ts';

/** A version to add. */
export function aVersion(changes: Record<string, unknown> = {}, bundle = 'var a = 1;'): NewVersion {
  const manifestText = aManifest(changes);
  return {
    manifest: readManifest(manifestText),
    manifestText,
    digest: sha256(`${manifestText}${bundle}`),
    bundle,
  };
}

interface Subject {
  readonly plugins: PluginStore;
  /** Subjects of what was announced so far. */
  announced(): Promise<readonly string[]>;
  /** Gives the plugin a connection. */
  connect(pluginId: string): Promise<void>;
}

/** What every PluginStore does. */
export function pluginStoreContract(make: () => Promise<Subject>): void {
  const id = 'com.example.my-connector';
  const first = { limit: 50, after: undefined };
  let subject: Subject;
  let plugins: PluginStore;

  beforeEach(async () => {
    subject = await make();
    ({ plugins } = subject);
  });

  it('replaces a version that nobody has released, and its bundle with it', async () => {
    await plugins.add(aVersion());
    await plugins.add(aVersion({ version: '0.2.0' }));
    expect(await plugins.add(aVersion())).toBe(false);
    const other = aVersion({ name: 'Other' }, 'var b = 2;');
    expect(await plugins.add(other)).toBe(true);
    expect(await plugins.release(id, '0.1.0', aVersion().digest)).toBe(false);
    expect(await plugins.version(id, '0.1.0')).toMatchObject({
      digest: other.digest,
      bundleDigest: sha256('var b = 2;'),
      isReleased: false,
    });
    expect((await plugins.versions(id, first)).data.map(({ version }) => version)).toEqual([
      '0.1.0',
      '0.2.0',
    ]);
    await plugins.add(aVersion({ version: '0.2.0' }, 'var c = 3;'));
    const part = { offset: 0, lengthBytes: 9 };
    expect(await plugins.bundle(id, sha256('var a = 1;'), part)).toBeUndefined();
  });

  it('never changes a version that is released', async () => {
    expect(await plugins.add(aVersion())).toBe(true);
    expect(await plugins.release(id, '0.1.0', aVersion().digest)).toBe(true);
    expect(await plugins.add(aVersion({ name: 'Other' }, 'var b = 2;'))).toBe(false);
    expect(await plugins.version(id, '0.1.0')).toMatchObject({
      digest: aVersion().digest,
      bundleDigest: sha256('var a = 1;'),
      bundleBytes: 10,
      isReleased: true,
      manifestText: aManifest(),
    });
    expect(await plugins.bundle(id, sha256('var b = 2;'), { offset: 0, lengthBytes: 9 })).toBe(
      undefined,
    );
    expect(await subject.announced()).toEqual(['plugin.VersionRegistered']);
  });

  it('knows plugins by id, and none that was not added', async () => {
    await plugins.add(aVersion());
    expect(await plugins.plugin(id)).toMatchObject({
      id,
      name: 'My Connector',
      type: 'connector',
      activeVersion: undefined,
      approved: [],
    });
    expect(await plugins.plugin('com.example.none')).toBeUndefined();
    expect(await plugins.version(id, '9.9.9')).toBeUndefined();
  });

  it('gives pages of plugins and, newest first, of versions', async () => {
    for (const name of ['c', 'a', 'b']) await plugins.add(aVersion({ id: `com.example.${name}` }));
    const page = await plugins.plugins({ limit: 2, after: undefined });
    expect(page.data.map((plugin) => plugin.id)).toEqual(['com.example.a', 'com.example.b']);
    const rest = await plugins.plugins({ limit: 2, after: page.next });
    expect(rest.data.map((plugin) => plugin.id)).toEqual(['com.example.c']);
    expect(rest.next).toBeUndefined();
    for (const version of ['0.2.0', '0.10.0'])
      await plugins.add(aVersion({ id: 'com.example.a', version }));
    const newest = await plugins.versions('com.example.a', { limit: 2, after: undefined });
    expect(newest.data.map(({ version }) => version)).toEqual(['0.10.0', '0.2.0']);
    const oldest = await plugins.versions('com.example.a', { limit: 2, after: newest.next });
    expect(oldest.data.map(({ version }) => version)).toEqual(['0.1.0']);
  });

  it('adds up what is approved', async () => {
    await plugins.add(aVersion());
    await plugins.approve(id, ['data:write:persons']);
    await plugins.approve(id, ['network:outbound:api.example.com', 'data:write:persons']);
    expect((await plugins.plugin(id))?.approved).toEqual([
      'data:write:persons',
      'network:outbound:api.example.com',
    ]);
  });

  it('takes back what was approved', async () => {
    await plugins.add(aVersion());
    await plugins.approve(id, ['data:write:persons', 'network:outbound:api.example.com']);
    await plugins.revoke(id, ['network:outbound:api.example.com', 'data:read:messages']);
    expect((await plugins.plugin(id))?.approved).toEqual(['data:write:persons']);
  });

  it('activates, takes the name of what is active, and announces changes only', async () => {
    await plugins.add(aVersion());
    await plugins.add(aVersion({ version: '0.2.0', name: 'New name' }));
    expect((await plugins.plugin(id))?.name).toBe('My Connector');
    await plugins.activate(id, { version: '0.2.0', name: 'New name' });
    await plugins.activate(id, { version: '0.2.0', name: 'New name' });
    expect(await plugins.plugin(id)).toMatchObject({ activeVersion: '0.2.0', name: 'New name' });
    await plugins.activate(id, undefined);
    expect(await plugins.plugin(id)).toMatchObject({ activeVersion: undefined, name: 'New name' });
    expect(await subject.announced()).toEqual([
      'plugin.VersionRegistered',
      'plugin.VersionRegistered',
      'plugin.VersionActivated',
    ]);
  });

  it('remembers what was active before, but not what was rolled back', async () => {
    for (const version of ['0.1.0', '0.2.0', '0.3.0']) {
      await plugins.add(aVersion({ version }));
      await plugins.activate(id, { version, name: 'x' });
    }
    expect((await plugins.plugin(id))?.activatedBefore).toEqual(['0.1.0', '0.2.0']);
    await plugins.activate(id, { version: '0.2.0', name: 'x' }, true);
    expect(await plugins.plugin(id)).toMatchObject({
      activeVersion: '0.2.0',
      activatedBefore: ['0.1.0'],
    });
    await plugins.activate(id, { version: '9.9.9', name: 'x' });
    expect((await plugins.plugin(id))?.activeVersion).toBe('0.2.0');
  });

  it('notes once that the active version does not run here, or runs again', async () => {
    await plugins.add(aVersion());
    for (const [isStopped, isNews] of [
      [false, false],
      [true, true],
      [true, false],
      [false, true],
    ] as const)
      expect(await plugins.setStopped(id, isStopped)).toBe(isNews);
    expect(await plugins.setStopped('com.example.none', true)).toBe(false);
    await plugins.setStopped(id, true);
    await plugins.activate(id, { version: '0.1.0', name: 'x' });
    expect(await plugins.setStopped(id, false)).toBe(false);
  });

  it('removes a version, but none that is active, and not the last', async () => {
    await plugins.add(aVersion());
    expect(await plugins.removeVersion(id, '0.1.0')).toBe(false);
    await plugins.add(aVersion({ version: '0.2.0' }, 'var b = 2;'));
    for (const version of ['0.1.0', '0.2.0']) await plugins.activate(id, { version, name: 'x' });
    expect(await plugins.removeVersion(id, '0.2.0')).toBe(false);
    expect(await plugins.removeVersion(id, '9.9.9')).toBe(false);
    expect(await plugins.removeVersion(id, '0.1.0')).toBe(true);
    expect(await plugins.version(id, '0.1.0')).toBeUndefined();
    expect((await plugins.plugin(id))?.activatedBefore).toEqual([]);
    const part = { offset: 0, lengthBytes: 9 };
    expect(await plugins.bundle(id, sha256('var a = 1;'), part)).toBeUndefined();
    expect(await plugins.bundle(id, sha256('var b = 2;'), part)).toBeDefined();
  });

  it('gives a bundle in pieces, to its own plugin only', async () => {
    await plugins.add(aVersion());
    await plugins.add(aVersion({ id: 'com.example.other' }, 'var other;'));
    const digest = sha256('var a = 1;');
    const text = async (offset: number) => {
      const part = await plugins.bundle(id, digest, { offset, lengthBytes: 6 });
      return part && `${Buffer.from(part.chunk).toString()}/${String(part.totalBytes)}`;
    };
    expect(await text(0)).toBe('var a /10');
    expect(await text(6)).toBe('= 1;/10');
    expect(await text(99)).toBe('/10');
    expect(
      await plugins.bundle('com.example.other', digest, { offset: 0, lengthBytes: 6 }),
    ).toBeUndefined();
  });

  it('removes a plugin with its versions, and refuses while it has connections', async () => {
    await plugins.add(aVersion());
    await subject.connect(id);
    expect(await plugins.remove(id)).toBe(false);
    expect(await plugins.plugin(id)).toBeDefined();
    await plugins.add(aVersion({ id: 'com.example.other' }));
    expect(await plugins.remove('com.example.other')).toBe(true);
    expect(await plugins.plugin('com.example.other')).toBeUndefined();
    expect((await plugins.versions('com.example.other', first)).data).toEqual([]);
    // The other plugin has the same bundle, which must stay.
    expect(
      await plugins.bundle(id, sha256('var a = 1;'), { offset: 0, lengthBytes: 3 }),
    ).toMatchObject({ totalBytes: 10 });
  });
}
