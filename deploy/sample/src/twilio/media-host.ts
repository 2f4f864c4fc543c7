import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Source } from '../source-server.ts';
import type { TwilioAccount, TwilioMedia } from './twilio-account.ts';

/** Where the content of media lies. */
export const twilioMediaHost = 'mms.twiliocdn.com';

const lifetimeMs = 4 * 3_600_000;

/** The store of media: an address opens one file for four hours, and takes no other authorization, as S3 does. */
export class TwilioMediaHost implements Source {
  readonly #account: TwilioAccount;
  readonly #key = randomBytes(32);

  constructor(account: TwilioAccount) {
    this.#account = account;
  }

  addressOf({ sid }: TwilioMedia): string {
    const expires = String(Date.now() + lifetimeMs);
    return `https://${twilioMediaHost}/${this.#account.sid}/${sid}?Expires=${expires}&Signature=${this.#sign(sid, expires)}`;
  }

  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `https://${twilioMediaHost}`);
    const sid = url.pathname.split('/')[2] ?? '';
    const expires = url.searchParams.get('Expires') ?? '';
    const media = this.#account.media.get(sid);
    const isSigned = url.searchParams.get('Signature') === this.#sign(sid, expires);
    if (request.headers.authorization !== undefined) response.writeHead(400).end();
    else if (!isSigned || Number(expires) < Date.now() || media === undefined)
      response.writeHead(403).end();
    else
      response
        .writeHead(200, {
          'Content-Type': media.contentType,
          'Content-Length': String(media.content.length),
          'Content-Disposition': `inline; filename="${media.fileName}"`,
        })
        .end(media.content);
    return Promise.resolve();
  }

  #sign(sid: string, expires: string): string {
    return createHmac('sha256', this.#key).update(`${sid}.${expires}`).digest('base64url');
  }
}
