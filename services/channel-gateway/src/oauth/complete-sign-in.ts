import { RemoteError } from '@made-open/bus';
import { WalletService } from '@made-open/contracts';
import type { Ask } from '../ask.ts';

/** What to tell the person whose browser came back. */
export interface SignInOutcome {
  readonly isDone: boolean;
  readonly message: string;
}

const maxLength = 4096;
/** 32 random bytes, as the wallet makes them; anything else is not worth asking about. */
const statePattern = /^[\w-]{43}$/u;

/** Hands the answer of an authorization server on to the wallet; its state, which is good once, says for which connection. */
export class CompleteSignIn {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async complete(query: object): Promise<SignInOutcome> {
    const request = {
      state: textIn(query, 'state'),
      code: textIn(query, 'code'),
      error: textIn(query, 'error'),
    };
    if (!statePattern.test(request.state))
      return { isDone: false, message: 'This address is opened by the sign-in alone.' };
    try {
      await this.#ask(WalletService.method.completeAuthorization, request);
      return { isDone: true, message: 'You are signed in. You can close this page.' };
    } catch (error) {
      if (error instanceof RemoteError && error.retry === 'never')
        return { isDone: false, message: `You are not signed in: ${error.message}` };
      throw error;
    }
  }
}

function textIn(query: object, name: string): string {
  const value: unknown = Object.getOwnPropertyDescriptor(query, name)?.value;
  return typeof value === 'string' && value.length <= maxLength ? value : '';
}
