import { describeError, GuestError, HttpError } from './guest-error.ts';

const trap = (): never => {
  throw new Error('trap');
};
const described = (error: unknown): Record<string, unknown> =>
  JSON.parse(describeError(error)) as Record<string, unknown>;

describe('describeError', () => {
  it('keeps code, message and stack of an error', () => {
    expect(described(new GuestError('sandbox.x', 'why'))).toMatchObject({
      name: 'Error',
      code: 'sandbox.x',
      message: 'why',
      stack: expect.stringContaining('guest-error.spec'),
    });
  });

  it('keeps how long a busy source asks to wait', () => {
    const response = { status: 429, headers: {}, retryAfterMs: 7000, body: '' };
    expect(described(new HttpError(response))).toMatchObject({
      code: 'http.status',
      message: 'HTTP 429',
      status: 429,
      retryAfterMs: 7000,
    });
  });

  it('knows the HttpError of the SDK, which plugins throw themselves', () => {
    const thrown = Object.assign(new Error('HTTP 401'), { name: 'HttpError', status: 401 });
    expect(described(thrown)).toMatchObject({ code: 'http.status', status: 401 });
    expect(described({ name: 'HttpError' })).toMatchObject({ code: 'plugin.error' });
  });

  it.each([
    ['a proxy of traps', new Proxy({}, { get: trap, getPrototypeOf: trap })],
    ['getters that throw', Object.defineProperty({}, 'message', { get: trap })],
    ['a symbol', Symbol('x')],
    ['nothing', undefined],
  ])('describes %s as no error', (_, thrown) => {
    expect(described(thrown)).toEqual({ code: 'plugin.error', message: 'not an Error' });
  });

  it('takes texts only, and cuts them', () => {
    const { message, code } = described({ message: 'x'.repeat(20_000), code: { toString: trap } });
    expect([String(message).length, code]).toEqual([16_384, 'plugin.error']);
    expect(described('thrown text')).toMatchObject({ message: 'thrown text' });
  });
});
