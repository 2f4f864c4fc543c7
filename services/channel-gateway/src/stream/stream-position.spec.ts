import { eventId, positionBehind } from './stream-position.ts';

describe('positionBehind', () => {
  it('is behind the event that has the id', () => {
    expect(positionBehind(eventId(42, 0, 3))).toEqual({ after: 41, seen: 1 });
    expect(positionBehind(eventId(42, 1, 3))).toEqual({ after: 41, seen: 2 });
    expect(positionBehind(eventId(42, 2, 3))).toEqual({ after: 42, seen: 0 });
    expect(positionBehind(eventId(42, 0, 1))).toEqual({ after: 42, seen: 0 });
    expect(positionBehind('0')).toEqual({ after: 0, seen: 0 });
  });

  it.each(['', ' 1', '1.', '.1', '1.2.3', '-1', '1e3', 'x', '9'.repeat(16), '1\n2'])(
    'is none for %j',
    (id) => {
      expect(positionBehind(id)).toBeUndefined();
    },
  );
});
