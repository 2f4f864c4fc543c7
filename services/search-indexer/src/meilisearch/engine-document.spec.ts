import { EntityType } from '@made-open/contracts';
import { aChange } from '../../test/builders.ts';
import { documentBatches, engineDocuments, spaceKey } from './engine-document.ts';

describe('engineDocuments', () => {
  it('has texts to show, words to find and what narrows a search', () => {
    const change = aChange({ title: 'Renée', details: 'a@b.c', type: EntityType.MESSAGE });
    expect(engineDocuments([change, aChange({ deleted: true })])).toEqual([
      {
        id: change.entityId,
        space: spaceKey('default'),
        type: '2',
        connection_id: 'connection-1',
        plugin_id: 'com.example.contacts',
        title: 'Renée',
        details: 'a@b.c',
        body: '',
        title_words: 'renee',
        details_words: 'a b c',
        body_words: '',
        numbers: '',
      },
    ]);
  });

  it('lets no text bring marks', () => {
    expect(engineDocuments([aChange({ title: '\uE000x\uE001' })])).toMatchObject([
      { title: ' x ' },
    ]);
  });
});

describe('spaceKey', () => {
  it('tells spaces apart that a filter would not', () => {
    const long = 'x'.repeat(1000);
    const spaces = ['Default', 'default', ' default', `${long}1`, `${long}2`];
    expect(new Set(spaces.map(spaceKey)).size).toBe(spaces.length);
    expect(spaceKey('default')).toMatch(/^[0-9a-f]{64}$/u);
  });
});

describe('documentBatches', () => {
  const documents = engineDocuments([1, 2, 3].map(() => aChange({ body: 'x'.repeat(60_000) })));

  it('keeps in one request what fits', () => {
    expect(documentBatches(documents)).toEqual([documents]);
    expect(documentBatches([])).toEqual([]);
  });

  it('divides what does not, and loses none', () => {
    const many = Array.from({ length: 100 }, () => documents).flat();
    const batches = documentBatches(many);
    expect(batches.length).toBeGreaterThan(1);
    expect(batches.flat()).toEqual(many);
    for (const batch of batches)
      expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(30_000_000);
  });
});
