import { mappedRecord, storedRaw } from './mapped-record.ts';

const stored = { type: 'person', externalId: 'p1', rawJson: '{"id":"p1", "n":1.0}' };
const maxBytes = 1000;
const item = (changes: object = {}): object => ({
  type: 'person',
  externalId: 'p1',
  data: { display_name: 'Ada' },
  raw: { another: true },
  ...changes,
});
const reasonOf = (map: (raw: unknown) => unknown): string | undefined => {
  const record = mappedRecord(map, stored, maxBytes);
  expect(record).toMatchObject({ kind: 'refused', type: 'person', id: 'p1', line: '' });
  return record.refusal?.reason;
};

describe('mappedRecord', () => {
  it('maps the raw and keeps its text to the byte', () => {
    expect(mappedRecord((raw) => item({ data: raw }), storedRaw({ ...stored }), maxBytes)).toEqual({
      kind: 'item',
      type: 'person',
      id: 'p1',
      line: '{"id":"p1","n":1}\t{"id":"p1", "n":1.0}',
    });
  });

  it('says what a mapping threw, whatever that is', () => {
    const reason = 'mapToUnifiedModel failed: no name';
    expect(
      reasonOf(() => {
        throw new Error('no name');
      }),
    ).toBe(reason);
    expect(
      reasonOf(() => {
        // oxlint-disable-next-line typescript/only-throw-error -- a plugin may
        throw undefined;
      }),
    ).toContain('mapToUnifiedModel failed');
  });

  it.each([
    ['nothing', undefined, 'mapToUnifiedModel must return an item, not undefined'],
    [
      'another id',
      item({ externalId: 'p2' }),
      'makes item person "p2" of the raw of item person "p1"',
    ],
    ['another type', item({ type: 'document' }), 'makes item document "p1" of the raw'],
    ['a promise', Promise.resolve(item()), 'makes item undefined "undefined" of the raw'],
    ['a deletion', item({ deleted: true }), 'a remap deletes nothing'],
    ['what is no JSON', item({ data: { n: 1n } }), 'is not JSON'],
    ['more than an item may have', item({ data: 'x'.repeat(maxBytes) }), 'the limit is 1000 bytes'],
  ])('refuses %s', (_, made, reason) => {
    expect(reasonOf(() => made)).toContain(reason);
  });
});
