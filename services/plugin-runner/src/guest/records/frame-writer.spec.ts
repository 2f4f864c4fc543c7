import { readRecords } from '@made-open/contracts';
import { FrameWriter } from './frame-writer.ts';
import type { GuestRecord } from './guest-record.ts';

const large = 262_144;
const record = (kind: GuestRecord['kind'], id = 'a', line = `${kind} ${id}`): GuestRecord => ({
  kind,
  type: kind === 'item' || kind === 'delete' ? 'person' : '',
  id,
  line,
});

function taken(writer: FrameWriter): { sections: unknown; lines: string[] } {
  const { sections, lines } = readRecords(Buffer.from(writer.take()));
  return { sections, lines: lines.map((line) => Buffer.from(line).toString()) };
}

describe('FrameWriter', () => {
  it('writes what the contracts read: sections by kind and type, and their lines', () => {
    const writer = new FrameWriter();
    const records = [
      record('item', 'a'),
      { ...record('item', 'm'), type: 'message' },
      record('item', 'b'),
      record('delete', 'gone'),
      record('event', 'connector.Seen'),
      record('checkpoint', ''),
    ];
    expect(records.map((each) => writer.put(each, large))).not.toContain(false);
    expect(taken(writer)).toEqual({
      sections: [
        { kind: 'item', type: 'person', ids: ['a', 'b'] },
        { kind: 'item', type: 'message', ids: ['m'] },
        { kind: 'delete', type: 'person', ids: ['gone'] },
        { kind: 'event', subjects: ['connector.Seen'] },
        { kind: 'checkpoint' },
      ],
      lines: ['item a', 'item b', 'item m', 'event connector.Seen', 'checkpoint '],
    });
    expect(writer).toMatchObject({ records: 0, size: 0 });
  });

  it('leaves to the next frame what would be out of order, and everything behind a checkpoint', () => {
    const writer = new FrameWriter();
    writer.put(record('event', 'connector.Seen'), large);
    expect(writer.put(record('item'), large)).toBe(false);
    expect(writer.put(record('checkpoint', ''), large)).toBe(true);
    expect(writer.put(record('checkpoint', ''), large)).toBe(false);
  });

  it('leaves to the next frame what makes it too large, but never the first record', () => {
    const writer = new FrameWriter();
    expect(writer.put(record('item', 'a', 'x'.repeat(200)), 100)).toBe(true);
    expect(writer.put(record('item', 'b', 'x'), 100)).toBe(false);
  });

  it('takes 64 subjects of events, also those named like inherited properties', () => {
    const writer = new FrameWriter();
    for (let index = 0; index < 63; index++)
      writer.put(record('event', `e.${String(index)}`), large);
    expect(writer.put(record('event', 'constructor'), large)).toBe(true);
    expect(writer.put(record('event', 'e.1'), large)).toBe(true);
    expect(writer.put(record('event', 'toString'), large)).toBe(false);
  });
});
