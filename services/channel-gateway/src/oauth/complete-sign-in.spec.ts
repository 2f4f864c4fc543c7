import { RemoteError } from '@made-open/bus';
import type { Ask } from '../ask.ts';
import { CompleteSignIn } from './complete-sign-in.ts';
import { signInPage } from './sign-in-page.ts';

function signIns(answer: () => Promise<object>) {
  const asked: unknown[] = [];
  const ask = (_: unknown, request: unknown): Promise<object> => {
    asked.push(request);
    return answer();
  };
  return { complete: new CompleteSignIn(ask as Ask), asked };
}

const state = 's'.repeat(43);

describe('CompleteSignIn', () => {
  it('hands on what the browser brought, and nothing else', async () => {
    const { complete, asked } = signIns(() => Promise.resolve({ connectionId: 'c1' }));
    const outcome = await complete.complete({ state, code: 'c', session_state: 'x' });
    expect(outcome.isDone).toBe(true);
    expect(asked).toEqual([{ state, code: 'c', error: '' }]);
  });

  it.each([{}, { state: ['a', 'b'] }, { state: 'x'.repeat(5000) }, { state: 's' }, { code: 'c' }])(
    'asks nobody about %j',
    async (query) => {
      const { complete, asked } = signIns(() => Promise.resolve({}));
      expect((await complete.complete(query)).isDone).toBe(false);
      expect(asked).toEqual([]);
    },
  );

  it('says why somebody is not signed in, and leaves what may pass to be answered as such', async () => {
    const refused = new RemoteError(
      'wallet.authorization_refused',
      'the account did not let the plugin in <access_denied>',
      'never',
    );
    const outcome = await signIns(() => Promise.reject(refused)).complete.complete({ state });
    expect(signInPage(outcome)).toContain('not let the plugin in &#60;access_denied&#62;');
    const away = new RemoteError('wallet.away', 'away', 'later');
    const { complete } = signIns(() => Promise.reject(away));
    await expect(complete.complete({ state })).rejects.toBe(away);
  });
});
