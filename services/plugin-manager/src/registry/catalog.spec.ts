import { anHttpManifest } from '../../test/contracts/an-http-manifest.ts';
import { Catalog } from './catalog.ts';
import { entryDetails } from './entry-view.ts';
import { readRegistryFile } from './entry.ts';
import { presetTexts } from '../presets/preset-texts.ts';

const own = (changes: object = {}) => ({
  id: 'acme-fax',
  name: 'Our Acme',
  version: '2.0.0',
  categories: ['outbound'],
  capabilities: ['send_fax'],
  description: 'Faxes of our own',
  source: { url: 'https://plugins.example.com/acme.json', sha256: 'a'.repeat(64) },
  ...changes,
});
const ids = (entries: readonly { id: string }[]) => entries.map(({ id }) => id);

describe('Catalog', () => {
  const catalog = new Catalog({ acme: anHttpManifest(), other: anHttpManifest({ id: 'b-fax' }) }, [
    own(),
    own({ id: 'mail', name: 'Mail', categories: ['messaging'], capabilities: ['send_message'] }),
  ]);

  it('has what comes with the platform, and in its place what the operator says', () => {
    expect(ids(catalog.search({ search: '', category: '' }))).toEqual([
      'acme-fax',
      'b-fax',
      'mail',
    ]);
    expect(catalog.find('acme-fax')).toMatchObject({ name: 'Our Acme' });
    expect(() => catalog.find('none')).toThrow(expect.objectContaining({ status: 404 }));
  });

  it('is searched by words and by category', () => {
    expect(ids(catalog.search({ search: 'FAXES own', category: '' }))).toEqual([
      'acme-fax',
      'mail',
    ]);
    expect(ids(catalog.search({ search: 'send_message', category: '' }))).toEqual(['mail']);
    expect(ids(catalog.search({ search: '', category: 'messaging' }))).toEqual(['mail']);
    expect(catalog.search({ search: 'none', category: '' })).toEqual([]);
  });

  it('says of what comes with the platform what it would ask for', () => {
    expect(entryDetails(catalog, catalog.find('b-fax'), undefined)).toMatchObject({
      source: 'preset',
      permissions: expect.arrayContaining(['network:outbound:api.acme-fax.example']) as unknown,
      credentials: ['api_key'],
      installed_version: null,
    });
    expect(entryDetails(catalog, catalog.find('acme-fax'), undefined)).toMatchObject({
      source: 'url',
      sha256: 'a'.repeat(64),
      permissions: null,
    });
  });

  it('can read every manifest that comes with the platform', () => {
    const shipped = new Catalog(presetTexts);
    const entries = shipped.search({ search: '', category: '' });
    expect(entries.length).toBeGreaterThanOrEqual(12);
    for (const entry of entries)
      expect(entryDetails(shipped, entry, undefined).permissions).not.toEqual([]);
  });
});

describe('readRegistryFile', () => {
  it('takes entries of both kinds', () => {
    const entries = [own(), own({ id: 'b', source: { preset: 'phaxio' } })];
    expect(readRegistryFile(JSON.stringify({ version: 1, entries }))).toEqual(entries);
  });

  it.each([
    ['another version', { version: 2, entries: [] }],
    [
      'an address without TLS',
      {
        version: 1,
        entries: [own({ source: { url: 'http://x.example', sha256: 'a'.repeat(64) } })],
      },
    ],
    [
      'an address without a digest',
      { version: 1, entries: [own({ source: { url: 'https://x.example' } })] },
    ],
    ['an unknown field', { version: 1, entries: [own({ script: 'x' })] }],
  ])('refuses %s', (_, file) => {
    expect(() => readRegistryFile(JSON.stringify(file))).toThrow(TypeError);
  });
});
