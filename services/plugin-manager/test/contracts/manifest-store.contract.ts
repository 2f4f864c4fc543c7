import type { ImportedManifest, ManifestStore } from '../../src/http-manifests/manifest-store.ts';

const aManifest = (changes: Partial<ImportedManifest> = {}): ImportedManifest => ({
  id: 'acmefax',
  originalId: 'AcmeFAX',
  digest: 'a'.repeat(64),
  original: '{ "id": "AcmeFAX",\r\n "actions": {"ü": 1} }\n',
  state: 'needs_approval',
  version: undefined,
  report: {
    errors: [],
    warnings: [{ pointer: '/version', message: 'there is none' }],
    dangers: [],
    proposed_domains: ['api.example.com'],
    needs_approval: true,
    runnable: false,
  },
  importedAt: new Date('2026-11-22T10:00:00.000Z'),
  ...changes,
});

/** What every ManifestStore does. */
export function manifestStoreContract(make: () => ManifestStore): void {
  it('keeps an original as it was given', async () => {
    const store = make();
    await store.save(aManifest());
    expect(await store.find('acmefax')).toEqual(aManifest());
    expect(await store.find('other')).toBeUndefined();
  });

  it('shows the last of each id, and what became of it', async () => {
    const store = make();
    const later = new Date('2026-11-22T11:00:00.000Z');
    await store.save(aManifest());
    await store.save(aManifest({ id: 'b-fax' }));
    await store.save(aManifest({ digest: 'b'.repeat(64), importedAt: later }));
    expect(await store.find('acmefax')).toMatchObject({ digest: 'b'.repeat(64) });
    const again = { state: 'stored', version: '1.0.0', importedAt: later } as const;
    await store.save(aManifest({ id: 'b-fax', ...again }));
    expect(await store.find('b-fax')).toMatchObject(again);
    const first = await store.list({ limit: 1, after: undefined });
    expect(first).toMatchObject({ data: [{ id: 'acmefax' }], next: 'acmefax' });
    const second = await store.list({ limit: 1, after: first.next });
    expect(second).toMatchObject({ data: [{ id: 'b-fax', state: 'stored' }], next: undefined });
  });
}
