import { aPlugged } from '../../test/contracts/plugged.ts';
import { judgeResult, type SandboxResult } from './judge-result.ts';

const passed: SandboxResult = {
  code: '',
  message: '',
  httpStatus: 0,
  isLoaded: true,
  hasOwnTest: true,
};
const failed = (code: string, httpStatus = 0): SandboxResult => ({
  ...passed,
  code,
  message: 'HTTP 401',
  httpStatus,
});
const outline = (result: SandboxResult): string[] =>
  judgeResult(aPlugged(), result).checked.map((check) => `${check.what} ${check.result}`);

describe('judgeResult', () => {
  it('tells a test of the plugin’s own from the word of the platform alone', () => {
    expect(judgeResult(aPlugged(), passed).fault).toBeUndefined();
    expect(outline(passed)).toEqual(['runner passed', 'entrypoint passed', 'own_test passed']);
    expect(outline({ ...passed, hasOwnTest: false }).at(-1)).toBe('own_test skipped');
  });

  it('tells what could not even be loaded', () => {
    const broken = { ...failed('sandbox.no_plugin'), isLoaded: false, hasOwnTest: false };
    expect(outline(broken)).toEqual(['runner passed', 'entrypoint failed']);
    const noConfig = { ...broken, code: 'runner.config_unavailable' };
    expect(outline(noConfig)).toEqual(['runner failed']);
  });

  it('says what helps when the source refuses the account: another config, or a sign-in', () => {
    expect(judgeResult(aPlugged(), failed('http.status', 401)).fault).toEqual({
      code: 'http.status',
      message:
        'HTTP 401: the source does not accept the account; give the connection a config with what lets it in',
      remedy: 'configure',
    });
    const account = { tokenField: 'accessToken', needsSignIn: true };
    expect(judgeResult(aPlugged({}, { account }), failed('http.status', 403)).fault).toMatchObject({
      remedy: 'authorize',
      message: expect.stringContaining('sign in again') as unknown,
    });
  });

  it.each([
    ['http.status', 429, 'retry'],
    ['http.status', 503, 'retry'],
    ['http.status', 404, 'configure'],
    ['egress.timeout', 0, 'retry'],
    ['egress.host_not_granted', 0, 'mend_plugin'],
    ['sandbox.cpu_limit', 0, 'mend_plugin'],
    ['plugin.error', 0, 'configure'],
    ['wallet.reauthentication_required', 0, 'authorize'],
    ['wallet.config_removed', 0, 'configure'],
    ['wallet.kek_unavailable', 0, 'retry'],
    ['test.deadline', 0, 'retry'],
  ])('says what helps after %s %d', (code, status, remedy) => {
    expect(judgeResult(aPlugged(), failed(code, status)).fault?.remedy).toBe(remedy);
  });

  it('keeps of what a plugin says what PostgreSQL can store', () => {
    const message = `a\u0000b\ud800${'x'.repeat(5000)}`;
    const { fault } = judgeResult(aPlugged(), { ...failed('plugin.error'), message });
    expect(fault?.message.startsWith('ab\ufffdx')).toBe(true);
    expect(fault?.message.length).toBeLessThanOrEqual(2000);
  });
});
