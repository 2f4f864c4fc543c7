import { checkTestSend } from './check-test-send.ts';

const test = { isTest: true, to: '+442079460000', confirm: '+442079460000' };

describe('checkTestSend', () => {
  it('lets a confirmed test through, and what is no test', () => {
    expect(() => checkTestSend(test, { areTestsAllowed: true })).not.toThrow();
    const plain = { ...test, isTest: false, confirm: '' };
    expect(() => checkTestSend(plain, { areTestsAllowed: false })).not.toThrow();
  });

  it.each([
    [test, false, 'fax.test_disabled'],
    [{ ...test, confirm: '' }, true, 'fax.test_unconfirmed'],
    [{ ...test, to: '+15551234567', confirm: '+15551234567' }, true, 'fax.test_number'],
  ])('refuses %j where tests are allowed: %j', (request, areTestsAllowed, code) => {
    expect(() => checkTestSend(request, { areTestsAllowed })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
