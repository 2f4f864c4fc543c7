import { trialRecords } from './trial-records.ts';

const frame = (sections: readonly object[], ...lines: string[]): Uint8Array =>
  Buffer.from(`${[JSON.stringify({ v: 1, sections }), ...lines].join('\n')}\n`);

it('tells of every record of a frame in its order, as its author wrote it', () => {
  const bytes = frame(
    [
      { kind: 'item', type: 'person', ids: ['a', 'b'] },
      { kind: 'refused', type: 'person', ids: ['c'], reasons: ['too large'], sizes: [9] },
      { kind: 'delete', type: 'message', ids: ['d'] },
      { kind: 'event', subjects: ['connector.Seen'] },
      { kind: 'checkpoint' },
    ],
    '{"display_name":"A"}\t{"id":"a"}',
    '{}\tnull',
    '{"count":1}',
    '{"state":{"page":2},"partial":false}',
  );
  expect(trialRecords(bytes)).toEqual([
    {
      kind: 'item',
      type: 'person',
      externalId: 'a',
      data: { display_name: 'A' },
      raw: { id: 'a' },
    },
    { kind: 'item', type: 'person', externalId: 'b', data: {}, raw: null },
    { kind: 'refused', type: 'person', externalId: 'c', reason: 'too large' },
    { kind: 'delete', type: 'message', externalId: 'd' },
    { kind: 'event', subject: 'connector.Seen', payload: { count: 1 } },
    { kind: 'checkpoint', state: { page: 2 } },
  ]);
});
