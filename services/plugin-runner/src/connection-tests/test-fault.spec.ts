import { SandboxError, TestDeadlineError } from '../errors.ts';
import { testFaultOf } from './test-fault.ts';

const redact = (text: string): string => text.replaceAll('s3cret', '[secret]');

describe('testFaultOf', () => {
  it('takes secrets out of what the plugin says, before it is cut', () => {
    const message = `${'x'.repeat(1990)} the key s3cret is no good`;
    const fault = testFaultOf(new SandboxError({ code: 'plugin.error', message }), redact);
    expect(fault).toMatchObject({ code: 'plugin.error', httpStatus: 0 });
    expect(fault?.message).toHaveLength(2000);
    expect(fault?.message).not.toContain('s3c');
  });

  it('names the status of an answer that nobody caught', () => {
    const failure = { code: 'http.status', message: 'HTTP 401', status: 401 };
    expect(testFaultOf(new SandboxError(failure), redact)).toEqual({
      code: 'http.status',
      message: 'HTTP 401',
      httpStatus: 401,
    });
  });

  it('gives the faults of the platform by their code', () => {
    expect(testFaultOf(new TestDeadlineError(), redact)).toMatchObject({ code: 'test.deadline' });
  });

  it('knows that an error without a code says nothing of the connection', () => {
    expect(testFaultOf(new TypeError('x is undefined'), redact)).toBeUndefined();
  });
});
