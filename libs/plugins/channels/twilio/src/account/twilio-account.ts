import { requireConfig, type HostContext } from '@made-open/plugin-sdk';
import { text, type Fields } from '../fields.ts';
import { explained } from './twilio-error.ts';

/** ECMAScript has none; the sandbox has. */
declare const btoa: (text: string) => string;

const root = 'https://api.twilio.com/2010-04-01';

/** Fields of a form in their order; a name may come several times. */
export type Form = readonly (readonly [name: string, value: string | undefined])[];

/** The account of a connection at Twilio's REST API. */
export class TwilioAccount {
  /** Proves the connection to Twilio; for `api.twilio.com` alone. */
  readonly authorization: Readonly<Record<'Authorization', string>>;
  readonly #http: HostContext['http'];
  readonly #path: string;

  constructor(context: HostContext) {
    const sid = requireConfig(context, 'accountSid');
    const authToken = requireConfig(context, 'authToken');
    const keySid = text(context.config, 'apiKeySid');
    const keySecret = text(context.config, 'apiKeySecret');
    const [user, password] =
      keySid === undefined || keySecret === undefined ? [sid, authToken] : [keySid, keySecret];
    this.authorization = { Authorization: `Basic ${btoa(`${user}:${password}`)}` };
    this.#http = context.http;
    this.#path = `${root}/Accounts/${encodeURIComponent(sid)}`;
  }

  /** Asks once: Twilio has no idempotency key, and a repetition after a lost answer would be a second message. */
  async post(resource: 'Messages' | 'Calls', form: Form): Promise<unknown> {
    try {
      return await this.#http.post(`${this.#path}/${resource}.json`, encoded(form), {
        ...this.authorization,
        'Content-Type': 'application/x-www-form-urlencoded',
      });
    } catch (error) {
      throw explained(error, `POST ${resource}`);
    }
  }

  /** The account itself. */
  async describe(): Promise<unknown> {
    try {
      return await this.#http.get(`${this.#path}.json`, this.authorization);
    } catch (error) {
      throw explained(error, 'GET of the account');
    }
  }
}

function encoded(form: Form): string {
  return form
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`)
    .join('&');
}

/** The SID that Twilio gave to what was sent. */
export function sidOf(answer: unknown): string | undefined {
  return text(answer, 'sid');
}

/** Where Twilio is to report how a message or call stands; none when nobody knows an address. */
export function statusCallbackOf(
  { webhookUrl }: { readonly webhookUrl?: string | undefined },
  config: Fields,
): string | undefined {
  const own = text(config, 'statusCallbackUrl');
  return own ?? (webhookUrl === undefined ? undefined : `${webhookUrl}/status`);
}
