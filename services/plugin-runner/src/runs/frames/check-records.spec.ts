import { parseGrants } from '@made-open/manifest';
import { checkRecords } from './check-records.ts';

const grants = parseGrants(['data:write:persons', 'event:publish:connector.*']);

function frame(sections: readonly object[], lines: readonly string[] = []): Uint8Array {
  return Buffer.from([JSON.stringify({ v: 1, sections }), ...lines, ''].join('\n'));
}

const persons = (...ids: string[]): object => ({ kind: 'item', type: 'person', ids });

describe('checkRecords', () => {
  it('counts what was approved', () => {
    const sections = [
      persons('a', 'b'),
      { kind: 'delete', type: 'person', ids: ['c'] },
      { kind: 'event', subjects: ['connector.Seen'] },
      { kind: 'checkpoint' },
    ];
    expect(checkRecords(frame(sections, ['{}\t{}', '{}\t{}', '{}', '{}']), grants)).toEqual({
      items: 3,
      events: 1,
      hasCheckpoint: true,
      refusals: [],
    });
  });

  it('lets single faults through, since they are for the quarantine: refused items, types that do not exist', () => {
    const sections = [
      { kind: 'refused', type: 'person', ids: ['a', ''], reasons: ['why', 'too'], sizes: [9, 0] },
      { kind: 'item', type: 'weapon', ids: ['w'] },
    ];
    expect(checkRecords(frame(sections, ['{}\t{}']), grants)).toMatchObject({
      items: 3,
      refusals: ['why', 'too'],
    });
  });

  it.each<[string, object[], string[], [string, RegExp]]>([
    [
      'items of another table',
      [{ kind: 'item', type: 'message', ids: ['m'] }],
      ['{}\t{}'],
      ['capability.denied', /data:write:messages/u],
    ],
    [
      'deletes of another table',
      [{ kind: 'delete', type: 'document', ids: ['d'] }],
      [],
      ['capability.denied', /data:write:documents/u],
    ],
    [
      'events nobody approved',
      [{ kind: 'event', subjects: ['data.PersonCreated'] }],
      ['{}'],
      ['capability.denied', /event:publish:data/u],
    ],
    [
      'large items, by name',
      [persons('a', 'big')],
      ['{}\t{}', `{}\t"${'x'.repeat(262_144)}"`],
      ['sandbox.item_too_large', /item "big" has/u],
    ],
    [
      'large checkpoints',
      [{ kind: 'delete', type: 'person', ids: ['c'] }, { kind: 'checkpoint' }],
      ['x'.repeat(65_537)],
      ['sandbox.checkpoint_too_large', /65537 bytes/u],
    ],
    ['frames that are no frames', [], ['one line too many'], ['items.frame_format', /1 lines/u]],
  ])('refuses %s', (_, sections, lines, [code, says]) => {
    expect(() => checkRecords(frame(sections, lines), grants)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(says) }),
    );
  });

  it('refuses a frame above the size of a message before it reads it', () => {
    expect(() => checkRecords(new Uint8Array(921_601), grants)).toThrow(
      expect.objectContaining({ code: 'sandbox.frame_too_large' }),
    );
  });
});
