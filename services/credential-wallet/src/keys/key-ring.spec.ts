import { kekFile } from '../../test/builders.ts';
import { parseKeyRing } from './key-ring.ts';

const key = Buffer.alloc(32, 7).toString('base64');

describe('parseKeyRing', () => {
  it('reads several keys and the active one', () => {
    const { active, keys } = parseKeyRing(kekFile('old', '2026-11'));
    expect(active).toBe('2026-11');
    expect([...keys.keys()]).toEqual(['old', '2026-11']);
    expect(keys.get('old')).toHaveLength(32);
  });

  it.each([
    ['no JSON', `{"active": "k1", "keys": {"k1": ${key}`, /not JSON/u],
    ['another form', '[]', /must be/u],
    ['no keys', '{"active":"k1"}', /must be/u],
    ['null', 'null', /must be/u],
    ['nothing', '', /not JSON/u],
    [
      'an active key that is not there',
      JSON.stringify({ active: 'k2', keys: { k1: key } }),
      /active/u,
    ],
    [
      'a short key',
      JSON.stringify({ active: 'k1', keys: { k1: 'c2hvcnQ=' } }),
      /"k1" is not base64/u,
    ],
    [
      'text that is not base64',
      JSON.stringify({ active: 'k1', keys: { k1: `${key.slice(0, -1)}!` } }),
      /"k1"/u,
    ],
    ['a key that is no text', JSON.stringify({ active: 'k1', keys: { k1: 32 } }), /"k1"/u],
    ['an odd id', JSON.stringify({ active: 'k 1', keys: { 'k 1': key } }), /the id of a key/u],
  ])('refuses %s and shows nothing of the keys', (_, text, message) => {
    const failure = failureOf(() => parseKeyRing(text));
    expect(failure.message).toMatch(message);
    expect(failure.message).not.toContain(key.slice(0, 6));
    expect(failure.message).not.toContain('c2hvcnQ');
  });
});

function failureOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it was taken');
}
