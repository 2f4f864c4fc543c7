import { RequestBudget, type Taken } from './request-budget.ts';

class Away extends Error {
  readonly code = 'bus.timeout';
  readonly retry = 'later';
}

class Refused extends Error {
  readonly code = 'scheduler.foreign_connection.forbidden';
  readonly retry = 'never';
}

/** A budget whose questions are answered in turn. */
function budgetOf(answers: readonly (Taken | Error)[], signal = new AbortController().signal) {
  const asked: number[] = [];
  const left = [...answers];
  const budget = new RequestBudget(async (wanted) => {
    asked.push(wanted);
    const answer = left.shift();
    if (answer === undefined) throw new Refused('asked too often');
    if (answer instanceof Error) throw answer;
    return answer;
  }, signal);
  const take = (count: number): Promise<number[]> =>
    Promise.all(Array.from({ length: count }, () => budget.take()));
  return { asked, take };
}

const later = (waitMs: number): Taken => ({ granted: 0, waitMs });
const granted = (count: number): Taken => ({ granted: count, waitMs: 0 });

describe('RequestBudget', () => {
  it('asks once for all that wait, and again for those that got none', async () => {
    const { asked, take } = budgetOf([granted(1), granted(2), granted(2)]);
    expect(await take(5)).toEqual([0, 0, 0, 0, 0]);
    expect(asked).toEqual([1, 4, 2]);
  });

  it('waits a little while there is none', async () => {
    const { asked, take } = budgetOf([later(1), later(1), granted(1)]);
    expect(await take(1)).toEqual([0]);
    expect(asked).toEqual([1, 1, 1]);
  });

  it('says when it would take too long, to all that wait', async () => {
    const { asked, take } = budgetOf([granted(1), later(20_001)]);
    expect(await take(3)).toEqual([0, 20_001, 20_001]);
    expect(asked).toEqual([1, 2]);
  });

  it('asks again while the scheduler is away', async () => {
    const { asked, take } = budgetOf([new Away(), granted(1)]);
    expect(await take(1)).toEqual([0]);
    expect(asked).toEqual([1, 1]);
  });

  it('gives up what is refused, and can be asked again', async () => {
    const { take } = budgetOf([new Refused('no'), granted(1)]);
    await expect(take(1)).rejects.toThrow('no');
    expect(await take(1)).toEqual([0]);
  });

  it('ends with its run', async () => {
    const ended = new AbortController();
    const { take } = budgetOf([later(19_000)], ended.signal);
    const taken = take(2);
    ended.abort(new Error('the run has ended'));
    await expect(taken).rejects.toThrow();
  });
});
