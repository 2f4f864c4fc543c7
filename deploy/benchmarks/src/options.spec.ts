import { readOptions, UsageError } from './options.ts';

describe('the options of the benchmark', () => {
  it('has defaults for all of them', () => {
    expect(readOptions([])).toEqual({
      items: 100_000,
      naiveItems: 3000,
      warmUpItems: 20_000,
      every: 1,
      json: false,
      cluster: false,
      channels: false,
      python: false,
      messages: 1000,
      replies: 50,
      rounds: 5,
    });
  });

  it('takes numbers from the command line', () => {
    expect(readOptions(['--items', '500', '--naive=20', '--warm-up', '1', '--json'])).toMatchObject(
      { items: 500, naiveItems: 20, warmUpItems: 1, json: true },
    );
  });

  it.each([['--items', '0'], ['--items', 'many'], ['--every', '1.5'], ['--unknown']])(
    'refuses %s %s',
    (...args) => {
      expect(() => readOptions(args)).toThrow(UsageError);
    },
  );
});
