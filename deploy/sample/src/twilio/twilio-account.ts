import { randomBytes } from 'node:crypto';
import { newSid } from './sid.ts';

/** A number of the account, with where Twilio asks what to do with what comes in at it. */
export interface TwilioNumber {
  /** “A message comes in”. */
  readonly smsUrl?: string;
  /** “A call comes in”. */
  readonly voiceUrl?: string;
}

/** A message as the account holds it. */
export interface TwilioMessage {
  readonly sid: string;
  readonly direction: 'inbound' | 'outbound-api';
  readonly from: string | undefined;
  readonly to: string;
  readonly body: string;
  readonly messagingServiceSid: string | undefined;
  readonly statusCallback: string | undefined;
  readonly mediaUrls: readonly string[];
  readonly createdAt: Date;
  status: string;
  errorCode: number | undefined;
}

/** A call as the account holds it. */
export interface TwilioCall {
  readonly sid: string;
  readonly direction: 'inbound' | 'outbound-api';
  readonly from: string;
  readonly to: string;
  readonly url: string | undefined;
  readonly twiml: string | undefined;
  readonly statusCallback: string | undefined;
  readonly statusCallbackEvents: readonly string[];
  readonly createdAt: Date;
  status: string;
}

/** A file that came with a message. */
export interface TwilioMedia {
  readonly sid: string;
  readonly messageSid: string;
  readonly contentType: string;
  readonly content: Buffer;
  readonly fileName: string;
}

export interface TwilioAccountOptions {
  readonly sid?: string;
  readonly authToken?: string;
  readonly apiKeys?: Readonly<Record<string, string>>;
  readonly numbers?: Readonly<Record<string, TwilioNumber>>;
  readonly messagingServices?: readonly string[];
}

/** One account of Twilio: who may open it, its senders, and what was sent and came in. */
export class TwilioAccount {
  readonly sid: string;
  /** Replaced by whoever rotates it. */
  authToken: string;
  status = 'active';
  readonly apiKeys: Map<string, string>;
  readonly numbers: Map<string, TwilioNumber>;
  readonly messagingServices: Set<string>;
  /** Who has answered STOP. */
  readonly unsubscribed = new Set<string>();
  readonly messages = new Map<string, TwilioMessage>();
  readonly calls = new Map<string, TwilioCall>();
  readonly media = new Map<string, TwilioMedia>();

  constructor(options: TwilioAccountOptions = {}) {
    this.sid = options.sid ?? newSid('AC');
    this.authToken = options.authToken ?? randomBytes(16).toString('hex');
    this.apiKeys = new Map(Object.entries(options.apiKeys ?? {}));
    this.numbers = new Map(Object.entries(options.numbers ?? {}));
    this.messagingServices = new Set(options.messagingServices);
  }

  /** Whether the header `Authorization` opens the account. */
  isOpenedBy(authorization: string | undefined): boolean {
    const encoded = /^Basic +(\S+)$/iu.exec(authorization ?? '')?.[1] ?? '';
    const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    const password = rest.join(':');
    if (password === '') return false;
    return user === this.sid ? password === this.authToken : this.apiKeys.get(user) === password;
  }
}
