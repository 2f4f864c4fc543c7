import { at } from '../../test/builders.ts';
import { takeRequests, type RequestBucket, type RequestBudget } from './request-bucket.ts';

const start = at('12:00:00');
const later = (ms: number): Date => new Date(start.getTime() + ms);

/** When requests are sent by one who asks for `wanted` at once, and again as soon as there is one. */
function sendingTimes(budget: RequestBudget, wanted: number, untilMs: number): number[] {
  const sent: number[] = [];
  let bucket: RequestBucket | undefined;
  for (let ms = 0; ms < untilMs;) {
    const taken = takeRequests(budget, bucket, wanted, later(ms));
    ({ bucket } = taken);
    sent.push(...Array.from({ length: taken.granted }, () => ms));
    ms += taken.waitMs;
  }
  return sent;
}

describe('takeRequests', () => {
  it.each([
    [{ requests: 1, perSeconds: 10 }, 1],
    [{ requests: 2, perSeconds: 1 }, 3],
    [{ requests: 10, perSeconds: 1 }, 8],
    [{ requests: 97, perSeconds: 7 }, 5],
    [{ requests: 600, perSeconds: 60 }, 50],
  ])('of %j gives, to one who asks for %i, all in its time and never more', (budget, wanted) => {
    const { requests, perSeconds } = budget;
    const sent = sendingTimes(budget, wanted, 5000 * perSeconds);
    const most = Math.max(
      ...sent.map(
        (from) => sent.filter((ms) => ms >= from && ms < from + perSeconds * 1000).length,
      ),
    );
    expect(most).toBeLessThanOrEqual(requests);
    expect(sent.length).toBeGreaterThan(5 * requests * 0.85 - 1);
  });

  it('says when there is one again', () => {
    const budget = { requests: 1, perSeconds: 60 };
    const first = takeRequests(budget, undefined, 3, start);
    expect(first).toMatchObject({ granted: 1, waitMs: 0 });
    const second = takeRequests(budget, first.bucket, 3, later(20_000));
    expect(second).toMatchObject({ granted: 0, waitMs: 40_000 });
    expect(takeRequests(budget, second.bucket, 3, later(60_000))).toMatchObject({ granted: 1 });
  });

  it('saves up no more than may be used at once, and nothing while a clock goes back', () => {
    const budget = { requests: 100, perSeconds: 100 };
    const { bucket } = takeRequests(budget, undefined, 10, start);
    expect(takeRequests(budget, bucket, 99, later(1_000_000)).granted).toBe(10);
    expect(takeRequests(budget, bucket, 99, later(-1_000_000)).granted).toBe(0);
  });

  it('goes on with a budget that became smaller', () => {
    const { bucket } = takeRequests({ requests: 1000, perSeconds: 1 }, undefined, 1, start);
    expect(takeRequests({ requests: 10, perSeconds: 1 }, bucket, 99, start).granted).toBe(1);
  });
});
