import { bodyOf, rendered } from '../../test/rendered.ts';

describe('legacy bodies against hostile values', () => {
  const alphabet = [
    '"',
    '\\',
    '{',
    '}',
    '{{to}}',
    ',',
    ':',
    '&',
    '=',
    '%',
    '\r\n',
    '1',
    'true',
    '\u2028',
    '😀',
    ' ',
    '+',
    'mark0x1;',
    '\ud800',
  ];
  const random = randomNumbers(20_261_122);
  const hostile = (): string =>
    Array.from({ length: random() % 8 }, () => alphabet[random() % alphabet.length] ?? '').join('');

  it('have the structure of their template whatever the values (case 21)', () => {
    const template =
      '{"a":{"b":"{{to}}","c":["x{{from}}y",{{subject}}]},"{{body}}":{{settings.n}},"end":1}';
    for (let round = 0; round < 1000; round++) {
      const [to, from, subject, name, n] = [
        hostile(),
        hostile(),
        hostile(),
        `k${hostile()}`,
        hostile(),
      ];
      const text = bodyOf(
        { kind: 'json', template },
        { to, from, subject, body: name, settings: { n } },
      );
      const value = JSON.parse(text);
      expect(Object.keys(value)).toEqual(['a', name, 'end']);
      expect(value.a.b).toBe(to);
      expect(value.a.c[0]).toBe(`x${from}y`);
      expect(value.a.c).toHaveLength(2);
      for (const each of [value.a.c[1], value[name]])
        expect(typeof each === 'object' && each !== null).toBe(false);
    }
  });

  it('have the fields of their template whatever the values (cases 17 and 20)', () => {
    for (let round = 0; round < 1000; round++) {
      const [to, from] = [hostile().toWellFormed(), hostile().toWellFormed()];
      const text = bodyOf(
        { kind: 'form', template: 'a[]={{to}}&a[]=2&from=x{{from}}' },
        { to, from },
      );
      expect([...new URLSearchParams(text)]).toEqual([
        ['a[]', to],
        ['a[]', '2'],
        ['from', `x${from}`],
      ]);
    }
  });

  it('have one segment and one value in a URL whatever the values (case 18)', () => {
    const template = {
      url: 'https://api.example.com/a/{id}/fax?v=1',
      path_params: [{ name: 'id', source: 'to' }],
      query: [{ name: 'q', value: '{{ from }}' }],
    };
    for (let round = 0; round < 1000; round++) {
      const [to, from] = [`x${hostile()}`.toWellFormed(), hostile().toWellFormed()];
      const url = new URL(rendered(template, { to, from }).url);
      expect(url.host).toBe('api.example.com');
      const [, a, id = '', fax, ...more] = url.pathname.split('/');
      expect([a, decodeURIComponent(id), fax, more]).toEqual(['a', to, 'fax', []]);
      expect([...url.searchParams]).toEqual([
        ['v', '1'],
        ['q', from],
      ]);
      expect(url.hash).toBe('');
    }
  });
});

/** Mulberry32: the same numbers in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
