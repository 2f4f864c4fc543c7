import { aChange } from '../../test/builders.ts';
import { IndexRefusedError, IndexUnavailableError } from '../errors.ts';
import type { IndexChange } from '../search/search-index.ts';
import { applyApart } from './apply-apart.ts';

describe('applyApart', () => {
  const changes = ['a', 'b', 'c', 'bad', 'e', 'worse', 'g'].map((title) => aChange({ title }));
  const refused: unknown[] = [];
  const taken: string[] = [];
  const titlesOf = (some: readonly IndexChange[]): string[] =>
    some.map(({ document }) => document?.title ?? '');
  const applied = async (bad: readonly string[], fault: Error): Promise<void> =>
    applyApart(
      {
        apply: (some) => {
          const titles = titlesOf(some);
          if (titles.some((title) => bad.includes(title))) return Promise.reject(fault);
          taken.push(...titles);
          return Promise.resolve();
        },
      },
      changes,
      (change, error) => refused.push([change.document?.title, error]),
    );

  beforeEach(() => {
    refused.splice(0);
    taken.splice(0);
  });

  it('applies all but what is refused, and tells of that', async () => {
    const fault = new IndexRefusedError('400');
    await applied(['bad', 'worse'], fault);
    expect(taken).toEqual(['a', 'b', 'c', 'e', 'g']);
    expect(refused).toEqual([
      ['bad', fault],
      ['worse', fault],
    ]);
  });

  it('throws a fault that passes', async () => {
    const fault = new IndexUnavailableError(undefined);
    await expect(applied(['bad'], fault)).rejects.toBe(fault);
    expect(refused).toEqual([]);
  });

  it('throws when there is nothing to leave out', async () => {
    const fault = new IndexRefusedError('400');
    const index = { apply: () => Promise.reject(fault) };
    await expect(applyApart(index, [], () => undefined)).rejects.toBe(fault);
  });
});
