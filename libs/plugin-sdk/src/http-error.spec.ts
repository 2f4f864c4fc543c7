import { HttpError } from './index.ts';

describe('HttpError', () => {
  it('says which status, and keeps the beginning of the body', () => {
    const error = new HttpError({
      status: 429,
      headers: { 'retry-after': '2' },
      retryAfterMs: 2000,
      body: 'x'.repeat(10_000),
    });
    expect(error).toMatchObject({ message: 'HTTP 429', status: 429, retryAfterMs: 2000 });
    expect(error.body).toHaveLength(8192);
  });

  it('recognises the platform’s own errors, which another copy of the class made', () => {
    const given = Object.assign(new Error('HTTP 404'), { name: 'HttpError', status: 404 });
    expect(given instanceof HttpError).toBe(true);
  });

  it.each([
    new Error('HTTP 404'),
    Object.assign(new Error('x'), { name: 'HttpError' }),
    { name: 'HttpError', status: 404 },
    undefined,
  ])('is nothing else', (value) => {
    expect(value instanceof HttpError).toBe(false);
  });
});
