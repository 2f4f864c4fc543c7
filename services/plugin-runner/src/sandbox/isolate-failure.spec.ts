import { isolateFailure } from './isolate-failure.ts';

describe('isolateFailure', () => {
  it.each([
    'Isolate was disposed during execution due to memory limit',
    'Isolate is disposed',
    'Promise was abandoned',
  ])('takes "%s" for a plugin that used too much memory', (message) => {
    expect(isolateFailure(new Error(message), 64)).toEqual({
      code: 'sandbox.memory_limit',
      message: expect.stringMatching(/more memory than its 64 MB.*limits\.memoryMb/u),
    });
  });

  it('gives what the plugin threw, cut', () => {
    const error = Object.assign(new Error('m'.repeat(20_000)), { stack: 's'.repeat(20_000) });
    expect(isolateFailure(error, 64)).toEqual({
      code: 'plugin.error',
      message: 'm'.repeat(16_384),
      stack: 's'.repeat(16_384),
    });
  });

  it('gives what is no error as text', () => {
    expect(isolateFailure(7, 64)).toMatchObject({ code: 'plugin.error', message: '7' });
  });
});
