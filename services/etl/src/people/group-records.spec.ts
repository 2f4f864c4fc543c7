import { groupRecords, type Link } from './group-records.ts';

const link = (left: string, right: string, rule = 'email'): Link => ({ left, right, rule });
const idsOf = (groups: ReturnType<typeof groupRecords>): string[] =>
  groups.map(({ records }) => records.map(({ id }) => id).join('')).toSorted();

describe('groupRecords', () => {
  it('joins through others, and names a person by its oldest record', () => {
    const groups = groupRecords(
      ['c', 'a', 'b', 'd'],
      [link('c', 'b'), link('b', 'a', 'phone')],
      [],
    );
    expect(groups.find(({ personId }) => personId === 'a')).toEqual({
      personId: 'a',
      records: [
        { id: 'a', rule: 'phone' },
        { id: 'b', rule: 'email' },
        { id: 'c', rule: 'email' },
      ],
    });
    expect(idsOf(groups)).toEqual(['abc', 'd']);
  });

  it('keeps apart what somebody separated, also when others would join it', () => {
    const links = [link('a', 'c'), link('b', 'c'), link('a', 'b')];
    expect(idsOf(groupRecords(['a', 'b', 'c'], links, [['b', 'a']]))).toEqual(['ac', 'b']);
  });

  it('takes decisions of people before rules, and addresses before numbers', () => {
    const separated = [['a', 'b']] as const;
    expect(
      idsOf(groupRecords(['a', 'b', 'c'], [link('a', 'c'), link('b', 'c', 'person')], separated)),
    ).toEqual(['a', 'bc']);
    expect(
      idsOf(groupRecords(['a', 'b', 'c'], [link('a', 'c', 'phone'), link('b', 'c')], separated)),
    ).toEqual(['a', 'bc']);
  });

  it('leaves a record that nothing joins as a person of its own', () => {
    expect(groupRecords(['a'], [], [])).toEqual([
      { personId: 'a', records: [{ id: 'a', rule: '' }] },
    ]);
  });
});
