import type { TwilioAccount } from './twilio-account.ts';

/** A request to the REST API. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  /** Behind `/2010-04-01/Accounts/{sid}`, without `.json`. */
  readonly segments: readonly string[];
  readonly form: URLSearchParams;
  readonly account: TwilioAccount;
}

export interface ApiReply {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** What happens once the answer is out. */
  readonly afterwards?: () => void;
}

export const version = '2010-04-01';

/** Twilio writes times as mails do. */
export function rfc2822(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}

export function uriOf(account: TwilioAccount, ...path: readonly string[]): string {
  return `/${version}/Accounts/${[account.sid, ...path].join('/')}`;
}

/** A field of the form that is not empty. */
export function given(form: URLSearchParams, name: string): string | undefined {
  const value = form.get(name) ?? '';
  return value === '' ? undefined : value;
}

export function isWebAddress(url: string): boolean {
  const protocol = URL.parse(url)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}
