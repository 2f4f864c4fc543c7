import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { ItemFrameSchema, RecordFrameError } from '@made-open/contracts';
import { InvalidFrameError } from '../errors.ts';
import { readFrame, type FrameRecords } from './read-frame.ts';

const subject = 'items.2.com_example_a.c1';
type Content = NonNullable<MessageInitShape<typeof ItemFrameSchema>['content']>;

const frame = (content: Content): Uint8Array =>
  toBinary(
    ItemFrameSchema,
    create(ItemFrameSchema, { runId: 'r', epoch: 1, attempt: 1, frame: 1, content }),
  );
const records = (sections: unknown[], ...lines: (string | Uint8Array)[]): FrameRecords => {
  const parts = [JSON.stringify({ v: 1, sections }), ...lines].map((line) => Buffer.from(line));
  const value = Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')]));
  const { content } = readFrame(subject, frame({ case: 'records', value }));
  if (content.case !== 'records' || content.value instanceof Error) throw new Error('not read');
  return content.value;
};
const text = (line: Uint8Array | undefined): string => Buffer.from(line ?? []).toString('utf8');

describe('readFrame', () => {
  it('takes plugin and connection from the subject', () => {
    const read = readFrame(subject, frame({ case: 'begin', value: {} }));
    expect(read).toMatchObject({
      plugin: 'com_example_a',
      connectionId: 'c1',
      place: { runId: 'r', epoch: 1, attempt: 1, frame: 1, kind: 'begin' },
    });
  });

  it('sorts records by type and keeps the last of a repeated id', () => {
    const read = records(
      [
        { kind: 'item', type: 'person', ids: ['a', 'b', 'a'] },
        { kind: 'item', type: 'message', ids: ['a'] },
        { kind: 'delete', type: 'person', ids: ['z', 'z'] },
        { kind: 'event', subjects: ['connector.X'] },
        { kind: 'checkpoint' },
      ],
      '1\t1',
      '2\t2',
      '3\t3',
      '4\t4',
      '{"e":1}',
      '"c"',
    );
    expect(
      read.batches.map(({ model, items }) => [
        model.type,
        items.map((i) => [i.externalId, text(i.line)]),
      ]),
    ).toEqual([
      [
        'person',
        [
          ['a', '3\t3'],
          ['b', '2\t2'],
        ],
      ],
      ['message', [['a', '4\t4']]],
    ]);
    expect(read.deletes.map(({ model, ids }) => [model.type, ids])).toEqual([['person', ['z']]]);
    expect(read.events.map((event) => [event.subject, text(event.line)])).toEqual([
      ['connector.X', '{"e":1}'],
    ]);
    expect(text(read.checkpoint)).toBe('"c"');
    expect([read.itemCount, read.deleteCount]).toEqual([6, 2]);
  });

  it('sets aside items of types that do not exist', () => {
    const read = records([{ kind: 'item', type: 'rocket\u0000', ids: ['a'] }], '{}\t{}');
    expect(read.batches).toEqual([]);
    expect(read.refused).toMatchObject([
      { type: 'rocket', externalId: 'a', reason: 'there is no such item type' },
    ]);
  });

  it('sets aside the one item that is not UTF-8', () => {
    const bad = Buffer.from([0x7b, 0xff, 0x7d, 0x09, 0x31]);
    const read = records([{ kind: 'item', type: 'person', ids: ['a', 'b'] }], bad, '{}\t{}');
    expect(read.batches[0]?.items.map((item) => item.externalId)).toEqual(['b']);
    expect(read.refused).toMatchObject([{ externalId: 'a', reason: 'it is not valid UTF-8' }]);
  });

  it('keeps the place of a frame whose records cannot be read', () => {
    const read = readFrame(subject, frame({ case: 'records', value: Buffer.from('{"v":9}\n') }));
    expect(read.place.frame).toBe(1);
    expect(read.content.case === 'records' && read.content.value).toBeInstanceOf(RecordFrameError);
  });

  it.each([
    ['bytes that are no frame', subject, Uint8Array.of(0xff, 0xff)],
    [
      'a frame without content',
      subject,
      toBinary(ItemFrameSchema, create(ItemFrameSchema, { runId: 'r' })),
    ],
    [
      'a run id that PostgreSQL could not store',
      subject,
      toBinary(
        ItemFrameSchema,
        create(ItemFrameSchema, { runId: 'a\u0000', content: { case: 'begin', value: {} } }),
      ),
    ],
    ['a subject without a connection', 'items.2.x', frame({ case: 'begin', value: {} })],
  ])('refuses %s', (_, on, data) => {
    expect(() => readFrame(on, data)).toThrow(InvalidFrameError);
  });
});
