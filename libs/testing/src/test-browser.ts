import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

/** A server of this machine that stands for a host. */
export interface BrowsedServer {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
}

interface Visited {
  readonly response: IncomingMessage;
  readonly page: string;
}

const maxSteps = 20;

/** What a person has in front: visits the pages of one server, and keeps its cookies. */
export class TestBrowser {
  readonly #server: BrowsedServer;
  readonly #cookies = new Map<string, string>();

  constructor(server: BrowsedServer) {
    this.#server = server;
  }

  /** Signs in and consents at the forms of `oidc-provider`; gives the address of the callback that the browser is sent to. */
  async signIn(start: URL, callback: string, login: string): Promise<URL> {
    let url = start;
    let form: string | undefined;
    for (let steps = 0; steps < maxSteps; steps++) {
      const { response, page } = await this.visit(url, form);
      form = undefined;
      const { location } = response.headers;
      if (location?.startsWith(callback) === true) return new URL(location);
      if (location === undefined) form = filledIn(page, login);
      else url = new URL(location, url);
    }
    throw new Error(`the sign-in does not end: ${url.href}`);
  }

  /** With a form it is posted. */
  async visit({ pathname, search }: URL, form?: string): Promise<Visited> {
    const { host, port, ca } = this.#server;
    const outgoing = request({
      host: '127.0.0.1',
      port,
      servername: host,
      ca,
      path: `${pathname}${search}`,
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        host,
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
    });
    outgoing.end(form);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.on('response', resolve).on('error', reject);
    });
    this.#keepCookies(response.headers['set-cookie'] ?? []);
    return { response, page: await text(response) };
  }

  #keepCookies(cookies: readonly string[]): void {
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(cookie) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}

function filledIn(page: string, login: string): string {
  const prompt = /name="prompt" value="(\w+)"/u.exec(page)?.[1];
  if (prompt === undefined) throw new Error(`no form: ${page.replaceAll(/\s+/gu, ' ')}`);
  return new URLSearchParams({ prompt, login, password: 'any' }).toString();
}
