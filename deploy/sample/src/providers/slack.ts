import { jsonOf, type ProviderCall, type ProviderReply } from './provider-call.ts';
import type { Provider } from './provider-server.ts';

export interface SlackUser {
  readonly id: string;
  readonly real_name: string;
  readonly deleted?: boolean;
  readonly email?: string;
}

/** Slack's Web API: what is refused is answered with 200 and `ok: false`. */
export class Slack implements Provider {
  readonly hosts = ['slack.com'];
  readonly messages: { channel: string; text: string; ts: string }[] = [];
  readonly channels = new Set(['C1']);
  readonly users: SlackUser[] = [];
  readonly #token: string;

  constructor(botToken: string) {
    this.#token = botToken;
  }

  answer(call: ProviderCall): ProviderReply {
    if (call.headers['authorization'] !== `Bearer ${this.#token}`) return refused('invalid_auth');
    const [api, method] = call.segments;
    if (api !== 'api') return { status: 404, body: 'Not found' };
    if (method === 'chat.postMessage' && call.method === 'POST') return this.#post(call);
    if (method === 'users.list') return this.#list(call);
    return method === 'auth.test' ? { status: 200, body: { ok: true } } : refused('unknown_method');
  }

  #post(call: ProviderCall): ProviderReply {
    const { channel, text } = jsonOf(call) ?? {};
    if (typeof channel !== 'string' || !this.channels.has(channel))
      return refused('channel_not_found');
    if (typeof text !== 'string' || text === '') return refused('no_text');
    const ts = `17000000${String(10 + this.messages.length)}.000100`;
    this.messages.push({ channel, text, ts });
    return { status: 200, body: { ok: true, channel, ts, message: { text, type: 'message' } } };
  }

  /** Page by page: the cursor of the last one is empty. */
  #list({ query }: ProviderCall): ProviderReply {
    const limit = Number(query.get('limit') ?? '200');
    const cursor = Number(Buffer.from(query.get('cursor') ?? '', 'base64').toString() || '0');
    if (!Number.isSafeInteger(cursor)) return refused('invalid_cursor');
    const end = cursor + limit;
    const next = end < this.users.length ? Buffer.from(String(end)).toString('base64') : '';
    const members = this.users.slice(cursor, end).map(({ email, ...user }) => ({
      deleted: false,
      ...user,
      profile: email === undefined ? {} : { email },
    }));
    return { status: 200, body: { ok: true, members, response_metadata: { next_cursor: next } } };
  }
}

function refused(error: string): ProviderReply {
  return { status: 200, body: { ok: false, error } };
}
