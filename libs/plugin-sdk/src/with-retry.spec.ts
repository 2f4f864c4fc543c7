import { jest } from '@jest/globals';
import { HttpError, withRetry } from './index.ts';

/** Fails with each error in turn, then gives 'done'. */
function failing(...errors: unknown[]): { fn: () => Promise<string>; calls: () => number } {
  let calls = 0;
  const fn = (): Promise<string> => {
    const error = errors[calls++];
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- plugins may throw anything
    return error === undefined ? Promise.resolve('done') : Promise.reject(error);
  };
  return { fn, calls: () => calls };
}

const status = (code: number, retryAfterMs?: number): HttpError =>
  new HttpError({ status: code, headers: {}, retryAfterMs, body: '' });

describe('withRetry', () => {
  const pauses: number[] = [];
  beforeEach(() => {
    pauses.length = 0;
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms: number) => {
      pauses.push(ms);
      queueMicrotask(work);
      return 0;
    }) as unknown as typeof setTimeout);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('makes three attempts, 100 ms and then 200 ms apart', async () => {
    const { fn, calls } = failing(status(503), status(503), status(503));
    await expect(withRetry(fn)).rejects.toThrow('HTTP 503');
    expect(calls()).toBe(3);
    expect(pauses).toEqual([100, 200]);
  });

  it('takes other numbers of attempts and other pauses', async () => {
    const { fn } = failing(status(500), status(500), status(500));
    await expect(withRetry(fn, 4, 10)).resolves.toBe('done');
    expect(pauses).toEqual([10, 20, 40]);
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('repeats HTTP %i', async (code) => {
    const { fn, calls } = failing(status(code));
    await expect(withRetry(fn)).resolves.toBe('done');
    expect(calls()).toBe(2);
  });

  it.each([400, 401, 403, 404, 409, 410, 413, 422, 451])(
    'does not repeat HTTP %i',
    async (code) => {
      const { fn, calls } = failing(status(code));
      await expect(withRetry(fn)).rejects.toThrow(`HTTP ${String(code)}`);
      expect(calls()).toBe(1);
    },
  );

  it.each([
    'capability.denied',
    'files.too_large',
    'files.quota',
    'http.not_repeated',
    'sandbox.too_many_calls',
  ])('does not repeat %s, which the platform would refuse again', async (code) => {
    const { fn, calls } = failing(Object.assign(new Error('refused'), { code }));
    await expect(withRetry(fn)).rejects.toThrow('refused');
    expect(calls()).toBe(1);
  });

  it('repeats what the platform could not do just now', async () => {
    const { fn } = failing(Object.assign(new Error('busy'), { code: 'files.busy' }));
    await expect(withRetry(fn)).resolves.toBe('done');
  });

  it('repeats what is no answer at all, and what is no error', async () => {
    await expect(withRetry(failing(new TypeError('connection reset')).fn)).resolves.toBe('done');
    await expect(withRetry(failing('a text').fn)).resolves.toBe('done');
  });

  it('goes by the status that any library’s error has', async () => {
    const { fn, calls } = failing({ status: 404 });
    await expect(withRetry(fn)).rejects.toEqual({ status: 404 });
    expect(calls()).toBe(1);
  });

  it('waits as long as the source asks', async () => {
    await expect(withRetry(failing(status(429, 1500)).fn)).resolves.toBe('done');
    expect(pauses).toEqual([1500]);
  });

  it('does not sit out a long Retry-After, so that the run can be parked', async () => {
    const { fn, calls } = failing(status(429, 120_000));
    await expect(withRetry(fn)).rejects.toMatchObject({ status: 429, retryAfterMs: 120_000 });
    expect(calls()).toBe(1);
    expect(pauses).toEqual([]);
  });
});
