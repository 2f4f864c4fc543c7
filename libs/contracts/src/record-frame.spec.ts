import { readRecords, RecordFrameError } from './index.ts';

const frame = (header: unknown, ...lines: string[]): Uint8Array =>
  new TextEncoder().encode([JSON.stringify(header), ...lines, ''].join('\n'));
const item = (ids: unknown): unknown => ({
  v: 1,
  sections: [{ kind: 'item', type: 'person', ids }],
});

describe('readRecords', () => {
  it('reads sections and leaves lines as they are', () => {
    const { sections, lines } = readRecords(
      frame(
        {
          v: 1,
          sections: [
            { kind: 'item', type: 'person', ids: ['a'] },
            { kind: 'delete', type: 'person', ids: ['b'] },
            { kind: 'checkpoint' },
          ],
        },
        '{}\tnull',
        '{"page":1}',
      ),
    );
    expect(sections.map((section) => section.kind)).toEqual(['item', 'delete', 'checkpoint']);
    expect(lines.map((line) => new TextDecoder().decode(line))).toEqual(['{}\tnull', '{"page":1}']);
  });

  it('reads items that were refused where they came, which have no lines', () => {
    const refused = {
      kind: 'refused',
      type: 'person',
      ids: ['b', ''],
      reasons: ['x', 'y'],
      sizes: [0, 9],
    };
    const items = { kind: 'item', type: 'person', ids: ['a'] };
    const { sections, lines } = readRecords(
      frame({ v: 1, sections: [refused, items] }, '{}\tnull'),
    );
    expect(sections).toEqual([refused, items]);
    expect(lines).toHaveLength(1);
  });

  const refused = (change: object): unknown => ({
    v: 1,
    sections: [
      { kind: 'refused', type: 'person', ids: ['a'], reasons: ['x'], sizes: [1], ...change },
    ],
  });

  it.each([
    ['no header', new Uint8Array([65])],
    ['a header that is not JSON', new TextEncoder().encode('x\n')],
    ['another version', frame({ v: 2, sections: [] })],
    ['fewer lines than named', frame(item(['a', 'b']), '{}\tnull')],
    ['more lines than named', frame(item(['a']), '{}\tnull', '{}\tnull')],
    ['an empty id', frame(item(['']), '{}\tnull')],
    [
      'half a surrogate pair in an id',
      new TextEncoder().encode(
        '{"v":1,"sections":[{"kind":"item","type":"person","ids":["\\ud800"]}]}\n{}\tnull\n',
      ),
    ],
    ['NUL in an id', frame(item(['a\u0000']), '{}\tnull')],
    [
      'too many records',
      frame(
        item(Array.from({ length: 501 }, (_, i) => `i${i}`)),
        ...Array.from({ length: 501 }, () => '{}\tnull'),
      ),
    ],
    [
      'sections out of order',
      frame(
        { v: 1, sections: [{ kind: 'checkpoint' }, { kind: 'item', type: 'person', ids: [] }] },
        '{}',
      ),
    ],
    [
      'two checkpoints',
      frame({ v: 1, sections: [{ kind: 'checkpoint' }, { kind: 'checkpoint' }] }, '1', '2'),
    ],
    [
      'too many subjects',
      frame(
        {
          v: 1,
          sections: [
            { kind: 'event', subjects: Array.from({ length: 65 }, (_, i) => `connector.E${i}`) },
          ],
        },
        ...Array.from({ length: 65 }, () => '{}'),
      ),
    ],
    ['a last line without its end', frame(item(['a']), '{}\tnull').subarray(0, -1)],
    ['a refused item without its reason', frame(refused({ reasons: [] }))],
    ['a reason of any length', frame(refused({ reasons: ['x'.repeat(1025)] }))],
    ['a size that is none', frame(refused({ sizes: [-1] }))],
    ['a refused item with NUL in its id', frame(refused({ ids: ['a\u0000'] }))],
    ['an unknown kind', frame({ v: 1, sections: [{ kind: 'sql' }] })],
  ])('refuses %s', (_, bytes) => {
    expect(() => readRecords(bytes)).toThrow(RecordFrameError);
  });
});
