import { checkpointRecord, eventRecord, itemRecord } from './guest-record.ts';

const limit = 100;
const item = (change: object): object => ({
  type: 'person',
  externalId: 'a',
  data: {},
  raw: null,
  ...change,
});

describe('itemRecord', () => {
  it('writes data and raw as JSON, and null for what is missing', () => {
    expect(itemRecord(item({ data: { name: 'A' }, raw: undefined }), limit)).toEqual({
      kind: 'item',
      type: 'person',
      id: 'a',
      line: '{"name":"A"}\tnull',
    });
  });

  it('makes a delete of an item that is gone', () => {
    expect(itemRecord(item({ deleted: true }), limit)).toMatchObject({ kind: 'delete', line: '' });
  });

  it('reads each property once: it may answer differently the second time', () => {
    let reads = 0;
    const changing = item({});
    Object.defineProperty(changing, 'externalId', { get: () => `id ${String(reads++)}` });
    expect(itemRecord(changing, limit).id).toBe('id 0');
  });

  it('counts bytes where characters leave it open', () => {
    expect(itemRecord(item({ data: 'x'.repeat(93) }), limit).line).toHaveLength(100);
    expect(() => itemRecord(item({ data: 'x'.repeat(94) }), limit)).toThrow(/101 characters/u);
    expect(itemRecord(item({ data: '漢'.repeat(31) }), limit).line).toHaveLength(38);
    expect(() => itemRecord(item({ data: '漢'.repeat(32) }), limit)).toThrow(/limit is 100 bytes/u);
  });

  it.each([
    ['no object', 42, 'sandbox.item_invalid', /must yield objects/u],
    ['without an id', { type: 'person' }, 'sandbox.item_invalid', /must be strings/u],
    ['with an empty id', item({ externalId: '' }), 'sandbox.item_invalid', /1 to 512/u],
    ['with a long id', item({ externalId: 'x'.repeat(513) }), 'sandbox.item_invalid', /not 513/u],
    ['with NUL in its id', item({ externalId: 'a\0' }), 'sandbox.item_invalid', /NUL/u],
    ['with half a character', item({ externalId: '\ud800' }), 'sandbox.item_invalid', /surrogate/u],
    [
      'that is no JSON',
      item({ data: { big: 1n } }),
      'sandbox.item_invalid',
      /item person "a" is not JSON/u,
    ],
    ['that is too large', item({ raw: 'x'.repeat(200) }), 'sandbox.item_too_large', /shorten raw/u],
  ])('refuses one %s, by name', (_, given, code, says) => {
    expect(() => itemRecord(given, limit)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(says) }),
    );
  });
});

describe('eventRecord and checkpointRecord', () => {
  it('limit what they write', () => {
    expect(eventRecord('a.B', { x: 1 }, limit)).toMatchObject({ id: 'a.B', line: '{"x":1}' });
    expect(() => eventRecord('a.B', 'x'.repeat(200), limit)).toThrow(
      expect.objectContaining({ code: 'sandbox.event_too_large' }),
    );
    expect(checkpointRecord(undefined, true).line).toBe('{"state":null,"partial":true}');
    expect(() => checkpointRecord('x'.repeat(70_000), false)).toThrow(
      expect.objectContaining({ code: 'sandbox.checkpoint_too_large' }),
    );
  });
});
