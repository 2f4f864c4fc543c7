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
    expect(itemRecord(item({ data: { name: 'A' }, raw: undefined }), 1, limit)).toEqual({
      kind: 'item',
      type: 'person',
      id: 'a',
      line: '{"name":"A"}\tnull',
    });
  });

  it('makes a delete of an item that is gone', () => {
    expect(itemRecord(item({ deleted: true }), 1, limit)).toMatchObject({
      kind: 'delete',
      line: '',
    });
  });

  it('reads each property once: it may answer differently the second time', () => {
    let reads = 0;
    const changing = item({});
    Object.defineProperty(changing, 'externalId', { get: () => `id ${String(reads++)}` });
    expect(itemRecord(changing, 1, limit).id).toBe('id 0');
  });

  it('counts bytes where characters leave it open', () => {
    expect(itemRecord(item({ data: 'x'.repeat(93) }), 1, limit).line).toHaveLength(100);
    expect(itemRecord(item({ data: 'x'.repeat(94) }), 1, limit).refusal).toMatchObject({
      reason: expect.stringMatching(/101 bytes/u),
      bytes: 101,
    });
    expect(itemRecord(item({ data: '漢'.repeat(31) }), 1, limit).line).toHaveLength(38);
    expect(itemRecord(item({ data: '漢'.repeat(32) }), 1, limit).refusal).toMatchObject({
      reason: expect.stringMatching(/limit is 100 bytes/u),
      bytes: 103,
    });
  });

  it.each<[string, unknown, string, RegExp]>([
    ['no object', 42, '', /must yield objects.*; it is item 7 of its run/u],
    ['without an id', { type: 'person' }, '', /must be strings.*undefined; it is item 7/u],
    ['with a number as id', item({ externalId: 17 }), '', /must be strings.*number/u],
    ['with an empty id', item({ externalId: '' }), '', /1 to 512/u],
    ['with a long id', item({ externalId: 'x'.repeat(513) }), '', /not 513/u],
    ['with NUL in its id', item({ externalId: 'a\0' }), '', /NUL/u],
    ['with half a character', item({ externalId: '\ud800' }), '', /surrogate/u],
    ['of a type without end', item({ type: 'x'.repeat(65) }), 'a', /no such item type/u],
    ['that is no JSON', item({ data: { big: 1n } }), 'a', /item person "a" is not JSON/u],
    ['that is too large', item({ raw: 'x'.repeat(200) }), 'a', /shorten raw/u],
  ])('refuses one %s, and tells which it is', (_, given, id, says) => {
    expect(itemRecord(given, 7, limit)).toMatchObject({
      kind: 'refused',
      id,
      line: '',
      refusal: { reason: expect.stringMatching(says) },
    });
  });

  it('refuses an item that throws while it is read, whatever it throws', () => {
    const trap = (thrown: unknown): object =>
      Object.defineProperty(item({}), 'data', {
        get: () => {
          throw thrown;
        },
      });
    expect(itemRecord(trap(new Error('trap'.repeat(1000))), 1, limit).refusal?.reason).toMatch(
      /^the item cannot be read: trap.{1,900}$/u,
    );
    expect(itemRecord(trap(null), 1, limit)).toMatchObject({
      id: 'a',
      refusal: { reason: 'the item cannot be read: not an Error' },
    });
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
