import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { twilioHost, TwilioServer } from './twilio-server.ts';

/** Of nobody: an account that only this server knows. */
export const sampleTwilioAccount = {
  sid: `AC${'0'.repeat(31)}1`,
  authToken: 'sample-auth-token',
  number: '+15550100',
  phone: '+14155550123',
} as const;

export interface TerminalPhoneOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** The certificate of the authority that signed the server's is written there. */
  readonly authorityFile: string;
  /** “A message comes in”: the address of the connection's webhook. Without one nothing can be written to the number. */
  readonly webhookUrl?: string | undefined;
  readonly say: (text: string) => void;
}

/** Twilio on this machine with one number, and somebody's telephone, which writes to it and shows what comes from it. */
export class TerminalPhone {
  readonly #server: TwilioServer;
  readonly #options: TerminalPhoneOptions;

  private constructor(server: TwilioServer, options: TerminalPhoneOptions) {
    this.#server = server;
    this.#options = options;
  }

  static async start(options: TerminalPhoneOptions): Promise<TerminalPhone> {
    const { port, authorityFile, webhookUrl, say } = options;
    const { sid, authToken, number } = sampleTwilioAccount;
    const server = await TwilioServer.start({
      sid,
      authToken,
      port,
      numbers: { [number]: webhookUrl === undefined ? {} : { smsUrl: webhookUrl } },
      delivers: true,
      onMessage: ({ to, body, mediaUrls }) => say(`${to} hears: ${[body, ...mediaUrls].join(' ')}`),
      onRequest: ({ method, path, status }) => say(`Twilio: ${method} ${path} → ${String(status)}`),
    });
    mkdirSync(dirname(authorityFile), { recursive: true, mode: 0o700 });
    writeFileSync(authorityFile, server.identity.ca);
    return new TerminalPhone(server, options);
  }

  /** How a platform on this machine is connected with it. */
  get introduction(): string {
    const { authorityFile, webhookUrl } = this.#options;
    const { sid, authToken, number, phone } = sampleTwilioAccount;
    return [
      `Twilio on this machine; Ctrl-C ends it.`,
      ``,
      `  accountSid ${sid}   authToken ${authToken}   from ${number}`,
      ``,
      `The platform reaches it once its host leads here:`,
      `  npx --no-install made-open dev-host add ${twilioHost} --to 127.0.0.1:${String(this.port)} --ca ${authorityFile}`,
      ``,
      webhookUrl === undefined
        ? 'Start it with --webhook <address>, which `made-open webhook urls` shows, to write to the number from here.'
        : `What you type is written by ${phone} to ${number}.`,
    ].join('\n');
  }

  get port(): number {
    return this.#server.port;
  }

  /** Writes to the number, and says how the webhook answered. */
  async write(body: string): Promise<void> {
    const { webhookUrl, say } = this.#options;
    if (webhookUrl === undefined) return say('there is no --webhook to tell of it');
    const { number, phone } = sampleTwilioAccount;
    const { status } = await this.#server.receive({ from: phone, to: number, body });
    say(status === 0 ? `${webhookUrl} does not answer` : `the webhook answered ${String(status)}`);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
