import {
  filesOf,
  formOf,
  jsonOf,
  textOf,
  type ProviderCall,
  type ProviderReply,
  type ReceivedFile,
} from './provider-call.ts';
import type { Provider } from './provider-server.ts';

export interface TelegramMessage {
  readonly message_id: number;
  readonly chat_id: string;
  readonly text: string;
  readonly document?: ReceivedFile | undefined;
}

/** Telegram's Bot API: the token stands in the path, ids are numbers, and how long to wait stands in the body of a 429. */
export class Telegram implements Provider {
  readonly hosts = ['api.telegram.org'];
  readonly messages: TelegramMessage[] = [];
  readonly #token: string;

  constructor(botToken: string) {
    this.#token = botToken;
  }

  async answer(call: ProviderCall): Promise<ProviderReply> {
    const [bot, method] = call.segments;
    if (bot !== `bot${this.#token}`) return refusal(404, 'Not Found');
    if (method === 'getMe')
      return { status: 200, body: { ok: true, result: { id: 1, is_bot: true, first_name: 'B' } } };
    if (method === 'sendMessage') return this.#text(call);
    return method === 'sendDocument' ? this.#document(call) : refusal(404, 'Not Found');
  }

  /** Its answer to who sends too much (for `meet`). */
  static tooMany(seconds: number): ProviderReply {
    return {
      status: 429,
      body: {
        ok: false,
        error_code: 429,
        description: `Too Many Requests: retry after ${String(seconds)}`,
        parameters: { retry_after: seconds },
      },
    };
  }

  #text(call: ProviderCall): ProviderReply {
    const { chat_id: chat, text } = jsonOf(call) ?? {};
    if ((typeof chat !== 'string' && typeof chat !== 'number') || chat === '')
      return refusal(400, 'Bad Request: chat_id is empty');
    if (typeof text !== 'string' || text === '')
      return refusal(400, 'Bad Request: message text is empty');
    return this.#sent({ chat_id: String(chat), text });
  }

  async #document(call: ProviderCall): Promise<ProviderReply> {
    const form = await formOf(call);
    const [document] = form === undefined ? [] : await filesOf(form, 'document');
    if (form === undefined || document === undefined)
      return refusal(400, 'Bad Request: there is no document in the request');
    return this.#sent({
      chat_id: textOf(form, 'chat_id'),
      text: textOf(form, 'caption'),
      document,
    });
  }

  #sent(message: Omit<TelegramMessage, 'message_id'>): ProviderReply {
    const messageId = 100 + this.messages.length;
    this.messages.push({ ...message, message_id: messageId });
    const { chat_id: id, text } = message;
    return {
      status: 200,
      body: { ok: true, result: { message_id: messageId, chat: { id: Number(id) }, text } },
    };
  }
}

function refusal(status: number, description: string): ProviderReply {
  return { status, body: { ok: false, error_code: status, description } };
}
