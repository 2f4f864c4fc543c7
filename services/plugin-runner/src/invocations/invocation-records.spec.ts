import { readRecords } from '@made-open/contracts';
import { InvocationRecords } from './invocation-records.ts';

const frame = (sections: readonly object[], ...lines: string[]): Uint8Array =>
  Buffer.from([JSON.stringify({ v: 1, sections }), ...lines, ''].join('\n'));
const items = (...ids: string[]): object => ({ kind: 'item', type: 'person', ids });
const deleted = (...ids: string[]): object => ({ kind: 'delete', type: 'person', ids });
const events = (...subjects: string[]): object => ({ kind: 'event', subjects });

function joined(...frames: Uint8Array[]): { sections: readonly object[]; lines: string[] } {
  const records = new InvocationRecords();
  for (const one of frames) records.add(one);
  const { sections, lines } = readRecords(records.take() ?? new Uint8Array());
  return { sections, lines: lines.map((line) => Buffer.from(line).toString()) };
}

describe('InvocationRecords', () => {
  it('makes one frame of several, in the order of kinds', () => {
    expect(
      joined(
        frame([events('a.B')], '{"first":1}'),
        frame([items('p1'), deleted('p2')], '{}\tnull'),
        frame([items('p3'), events('a.C')], '{"x":1}\tnull', '{"second":2}'),
      ),
    ).toEqual({
      sections: [items('p1'), items('p3'), deleted('p2'), events('a.B'), events('a.C')],
      lines: ['{}\tnull', '{"x":1}\tnull', '{"first":1}', '{"second":2}'],
    });
  });

  it('keeps an item that came back behind its deletion', () => {
    const { sections } = joined(frame([deleted('p1', 'p2')]), frame([items('p1')], '{}\tnull'));
    expect(sections).toEqual([items('p1'), deleted('p2')]);
  });

  it('is nothing when nothing was written', () => {
    expect(new InvocationRecords().take()).toBeUndefined();
  });

  it.each([
    ['items', [items(...Array.from({ length: 500 }, (_, id) => String(id)))], 500, '{}\t{}'],
    ['events', [events(...Array.from({ length: 100 }, () => 'a.B'))], 100, '{}'],
  ])('refuses one more than there may be: %s', (_what, sections, count, line) => {
    const records = new InvocationRecords();
    records.add(frame(sections, ...Array.from({ length: count }, () => line)));
    expect(() => records.add(frame([events('a.B')], '1'))).toThrow(
      expect.objectContaining({ code: 'sandbox.invocation_too_large' }) as Error,
    );
  });

  it('refuses a checkpoint', () => {
    expect(() => new InvocationRecords().add(frame([{ kind: 'checkpoint' }], '{}'))).toThrow(
      expect.objectContaining({ code: 'sandbox.no_checkpoint' }) as Error,
    );
  });
});
