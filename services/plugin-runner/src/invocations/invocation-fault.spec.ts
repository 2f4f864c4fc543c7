import { CircuitOpenError, SandboxError } from '../errors.ts';
import { invocationFaultOf } from './invocation-fault.ts';
import { InvocationTooLargeError } from './errors.ts';

const redact = (text: string): string => text.replaceAll('s3cret', '[secret]');
const failed = (code: string, more: object = {}): SandboxError =>
  new SandboxError({ code, message: 'the s3cret', ...more });

describe('invocationFaultOf', () => {
  it('takes secrets out of what the plugin says', () => {
    const fault = invocationFaultOf(failed('plugin.error', { stack: 'at s3cret' }), redact);
    expect(fault?.error).toEqual({
      code: 'plugin.error',
      message: 'the [secret]',
      stack: 'at [secret]',
    });
  });

  it.each([
    [failed('plugin.error'), false],
    [failed('sandbox.cpu_limit'), false],
    [failed('sandbox.no_send_message'), true],
    [failed('capability.denied'), true],
    [failed('http.status', { status: 401 }), true],
    [failed('http.status', { status: 404 }), false],
    [failed('egress.host_not_granted'), true],
    [failed('egress.timeout'), false],
    [new InvocationTooLargeError('too much', 'less'), true],
  ])('knows whether trying again changes anything: %s', (error, permanent) => {
    expect(invocationFaultOf(error, redact)?.permanent).toBe(permanent);
  });

  it.each([
    [400, true],
    [401, true],
    [404, true],
    [422, true],
    [408, false],
    [429, false],
    [500, false],
  ])(
    'knows of a message that was answered with %i whether it may be taken later',
    (status, permanent) => {
      const answered = failed('http.status', { status });
      expect(invocationFaultOf(answered, redact, { hasReachedOut: true })?.permanent).toBe(
        permanent,
      );
    },
  );

  it.each([
    [failed('plugin.error', { status: 422 }), true],
    [failed('plugin.error', { name: 'RangeError' }), true],
    [failed('plugin.error', { name: 'TypeError' }), true],
    [failed('plugin.error', { name: 'Error' }), false],
    [failed('http.status', { name: 'TypeError', status: 429 }), false],
    [failed('sandbox.cpu_limit', { name: 'RangeError' }), false],
  ])(
    'knows of a message that the plugin did not send whether it ever will: %o',
    (error, refused) => {
      expect(invocationFaultOf(error, redact, { hasReachedOut: false })?.permanent).toBe(refused);
    },
  );

  it('does not take a fault behind an answer for one of the message', () => {
    const fault = failed('plugin.error', { name: 'TypeError' });
    expect(invocationFaultOf(fault, redact, { hasReachedOut: true })?.permanent).toBe(false);
    expect(invocationFaultOf(fault, redact)?.permanent).toBe(false);
  });

  it('says when to come back, and with which words the source asked for it', () => {
    const busy = failed('http.status', { status: 429, retryAfterMs: 1500.2 });
    expect(invocationFaultOf(busy, redact)).toMatchObject({
      error: { code: 'http.status', message: 'the [secret]' },
      retryAfterMs: 1501,
    });
    expect(invocationFaultOf(new CircuitOpenError(2000), redact)?.retryAfterMs).toBe(2000);
  });

  it('knows that a fault of the runner says nothing of the call', () => {
    expect(invocationFaultOf(new TypeError('x is undefined'), redact)).toBeUndefined();
  });
});
