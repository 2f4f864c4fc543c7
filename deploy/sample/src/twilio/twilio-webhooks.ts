import { randomUUID } from 'node:crypto';
import { signRequest } from './sign-request.ts';
import type { TwilioAccount } from './twilio-account.ts';

/** What a webhook was sent, and how it answered. */
export interface WebhookAnswer {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  /** 0 when nobody answered. */
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

export interface WebhookOptions {
  /** Where an address is reached from this machine, when that is not where it says. */
  readonly route?: (url: string) => string;
}

/** Sends Twilio's requests, signed with the auth token of the account. */
export class TwilioWebhooks {
  readonly answers: WebhookAnswer[] = [];
  readonly #account: TwilioAccount;
  readonly #route: (url: string) => string;

  constructor(account: TwilioAccount, { route = (url) => url }: WebhookOptions = {}) {
    this.#account = account;
    this.#route = route;
  }

  /** Another signature than the account's is for tests of those who check it. */
  async post(
    url: string,
    fields: Readonly<Record<string, string>>,
    signature = signRequest(this.#account.authToken, url, fields),
  ): Promise<WebhookAnswer> {
    const answer = await this.#send(url, fields, signature);
    this.answers.push(answer);
    return answer;
  }

  async #send(
    url: string,
    fields: Readonly<Record<string, string>>,
    signature: string,
  ): Promise<WebhookAnswer> {
    try {
      const response = await fetch(this.#route(url), {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'User-Agent': 'TwilioProxy/1.1',
          'I-Twilio-Idempotency-Token': randomUUID(),
          'X-Twilio-Signature': signature,
        },
        body: new URLSearchParams(fields),
      });
      const contentType = response.headers.get('content-type');
      return { url, fields, status: response.status, contentType, body: await response.text() };
    } catch {
      return { url, fields, status: 0, contentType: null, body: '' };
    }
  }
}
