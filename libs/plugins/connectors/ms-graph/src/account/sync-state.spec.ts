import { fitting, readState } from './sync-state.ts';

const state = {
  window: '2025-01-01T00:00:00Z',
  links: { contacts: '/me/contacts/delta?$deltatoken=1' },
  series: [['m1', ['x1', 'x2']]],
  files: [['0123456789abcdef', 'f'.repeat(64), 5]],
} as const;

describe('the state of a sync', () => {
  it('comes back as it was saved', () => {
    expect(readState(JSON.parse(JSON.stringify(fitting(state))))).toEqual(state);
  });

  it('may be one that knows of links alone, or of nothing that can be read', () => {
    const { window, links } = state;
    expect(readState({ window, links })).toEqual({ window, links, series: [], files: [] });
    expect(readState({ window, links, series: [1, ['m1']], files: ['x', ['d', 1, 2]] })).toEqual({
      window,
      links,
      series: [],
      files: [],
    });
    expect([readState(null), readState({ window })]).toEqual([undefined, undefined]);
  });

  it('says what to do when its links are more than a checkpoint holds', () => {
    const links = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`mail:${String(index)}`, 'x'.repeat(400)]),
    );
    expect(() => fitting({ ...state, links })).toThrow(
      /the links of 200 folders .* in the config field "mailFolders"/u,
    );
  });
});
