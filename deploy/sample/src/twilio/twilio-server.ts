import { makeServerIdentity, type ServerIdentity } from '../certificate.ts';
import { SourceServer } from '../source-server.ts';
import { callFields, callReportFields, messageFields, messageReportFields } from './fields.ts';
import { TwilioMediaHost, twilioMediaHost } from './media-host.ts';
import { newSid } from './sid.ts';
import { TwilioAccount, type TwilioAccountOptions, type TwilioMessage } from './twilio-account.ts';
import { TwilioApi, type SeenTwilioRequest, type TwilioFault } from './twilio-api.ts';
import { TwilioWebhooks, type WebhookAnswer, type WebhookOptions } from './twilio-webhooks.ts';

/** The host name of Twilio's REST API. */
export const twilioHost = 'api.twilio.com';

export interface TwilioServerOptions extends TwilioAccountOptions, WebhookOptions {
  readonly port?: number;
  readonly identity?: ServerIdentity;
  /** Report sent and delivered of each message, and all of a call, as soon as it is made; else whoever holds the server reports. */
  readonly delivers?: boolean;
  readonly onRequest?: (seen: SeenTwilioRequest) => void;
  /** A message that the account sends. */
  readonly onMessage?: (message: TwilioMessage) => void;
}

/** A message that somebody sends to a number of the account. */
export interface IncomingText {
  readonly from: string;
  readonly to: string;
  readonly body?: string;
  readonly media?: readonly { contentType: string; content: Buffer; fileName: string }[];
  /** Other fields, as WhatsApp has. */
  readonly more?: Readonly<Record<string, string>>;
  /** Instead of the right signature. */
  readonly signature?: string;
}

/** Twilio on this machine, for tests and trials: its API, its media, and the requests that it sends itself. */
export class TwilioServer {
  readonly account: TwilioAccount;
  readonly api: TwilioApi;
  readonly webhooks: TwilioWebhooks;
  readonly #server: SourceServer;
  #count = 0;

  private constructor(options: TwilioServerOptions, identity: ServerIdentity) {
    this.account = new TwilioAccount(options);
    this.webhooks = new TwilioWebhooks(this.account, options);
    const media = new TwilioMediaHost(this.account);
    const isDelivering = options.delivers === true;
    this.api = new TwilioApi(this.account, media, {
      onRequest: options.onRequest ?? (() => undefined),
      onMessage: (message) => {
        options.onMessage?.(message);
        if (isDelivering) void this.#deliver(message.sid);
      },
      onCall: ({ sid }) => {
        if (isDelivering) void this.#connect(sid);
      },
    });
    this.#server = new SourceServer({ [twilioHost]: this.api, [twilioMediaHost]: media }, identity);
  }

  static async start(options: TwilioServerOptions = {}): Promise<TwilioServer> {
    const identity = options.identity ?? (await makeServerIdentity([twilioHost, twilioMediaHost]));
    const server = new TwilioServer(options, identity);
    await server.#server.listen(options.port);
    return server;
  }

  get port(): number {
    return this.#server.port;
  }

  get identity(): ServerIdentity {
    return this.#server.identity;
  }

  get requests(): readonly SeenTwilioRequest[] {
    return this.api.requests;
  }

  meet(fault: TwilioFault): void {
    this.api.meet(fault);
  }

  mend(): void {
    this.api.mend();
  }

  /** Somebody sends a message to a number of the account: its webhook is asked. */
  receive(text: IncomingText): Promise<WebhookAnswer> {
    const { media = [], from, to, body = '' } = text;
    const sid = newSid(media.length > 0 ? 'MM' : 'SM');
    this.account.messages.set(sid, {
      sid,
      direction: 'inbound',
      from,
      to,
      body,
      messagingServiceSid: undefined,
      statusCallback: undefined,
      mediaUrls: [],
      createdAt: new Date(),
      status: 'received',
      errorCode: undefined,
    });
    const stored = media.map((file) => ({ ...file, sid: newSid('ME'), messageSid: sid }));
    for (const file of stored) this.account.media.set(file.sid, file);
    const url = this.account.numbers.get(to)?.smsUrl;
    if (url === undefined) throw new Error(`nothing is asked for messages to ${to}`);
    const fields = messageFields(this.account, { ...text, sid, media: stored });
    return this.webhooks.post(url, fields, text.signature);
  }

  /** Somebody calls a number of the account: its webhook is asked. */
  ring(call: { readonly from: string; readonly to: string }): Promise<WebhookAnswer> {
    const url = this.account.numbers.get(call.to)?.voiceUrl;
    if (url === undefined) throw new Error(`nothing is asked for calls to ${call.to}`);
    const sid = newSid('CA');
    return this.webhooks.post(url, callFields(this.account, { ...call, sid }));
  }

  /** Tells the status callback of a message how it stands; undefined when it has none. */
  async report(
    sid: string,
    status: string,
    errorCode?: number,
  ): Promise<WebhookAnswer | undefined> {
    const message = this.account.messages.get(sid);
    if (message === undefined) throw new Error(`there is no message ${sid}`);
    message.status = status;
    message.errorCode = errorCode;
    if (message.statusCallback === undefined) return undefined;
    return this.webhooks.post(message.statusCallback, messageReportFields(this.account, message));
  }

  /** As `report`, of a call. */
  async reportCall(sid: string, status: string): Promise<WebhookAnswer | undefined> {
    const call = this.account.calls.get(sid);
    if (call === undefined) throw new Error(`there is no call ${sid}`);
    call.status = status;
    if (call.statusCallback === undefined) return undefined;
    const fields = callReportFields(this.account, call, this.#count++);
    return this.webhooks.post(call.statusCallback, fields);
  }

  async #deliver(sid: string): Promise<void> {
    for (const status of ['sent', 'delivered']) await this.report(sid, status);
  }

  async #connect(sid: string): Promise<void> {
    for (const status of ['initiated', 'ringing', 'in-progress', 'completed'])
      await this.reportCall(sid, status);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
