import { createHmac, timingSafeEqual } from 'node:crypto';

/** A file that a link leads to. */
export interface LinkedFile {
  readonly spaceId: string;
  readonly fileId: string;
}

export interface MediaLinkOptions {
  /** The gateway's own address as providers reach it; empty where nobody says. */
  readonly publicUrl: string;
  /** The same in all replicas. */
  readonly secret: () => Promise<Uint8Array>;
  readonly now?: () => number;
}

const validMs = 3_600_000;

/** Links with which a provider fetches a file without a key, for an hour. */
export class MediaLinks {
  readonly #options: MediaLinkOptions;
  readonly #now: () => number;
  #secret: Promise<Uint8Array> | undefined;

  constructor(options: MediaLinkOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Undefined when the gateway has no public address. */
  async linkTo({ spaceId, fileId }: LinkedFile): Promise<string | undefined> {
    const { publicUrl } = this.#options;
    if (publicUrl === '') return undefined;
    const claim = `${String(this.#now() + validMs)} ${fileId} ${spaceId}`;
    const body = Buffer.from(claim).toString('base64url');
    const token = `${body}.${(await this.#sign(body)).toString('base64url')}`;
    return `${publicUrl.replace(/\/$/u, '')}/v1/media/${token}`;
  }

  /** The file of a link that this gateway made, as long as it holds. */
  async read(token: string): Promise<LinkedFile | undefined> {
    const [, body = '', signature = ''] = /^([\w-]+)\.([\w-]+)$/u.exec(token) ?? [];
    const right = await this.#sign(body);
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    const { file, untilMs } = claimOf(body);
    return untilMs > this.#now() ? file : undefined;
  }

  async #sign(body: string): Promise<Buffer> {
    // One that could not be read is asked for again.
    this.#secret ??= this.#options.secret().catch((error: unknown) => {
      this.#secret = undefined;
      throw error;
    });
    return createHmac('sha256', await this.#secret)
      .update(`media\n${body}`)
      .digest();
  }
}

/** Of a body that is signed, so that nothing in it needs to be doubted. */
function claimOf(body: string): { readonly file: LinkedFile; readonly untilMs: number } {
  const [untilMs = '', fileId = '', ...spaceId] = Buffer.from(body, 'base64url')
    .toString()
    .split(' ');
  return { file: { spaceId: spaceId.join(' '), fileId }, untilMs: Number(untilMs) };
}
