import { lookup } from 'node:dns/promises';
import { allowsOutbound, type Grant } from '@made-open/manifest';
import { checkHeaders } from './check-headers.ts';
import { checkUrl, oddCharacters, type Target } from './check-url.ts';
import { addressFault } from './classify-address.ts';
import { EgressError } from './errors.ts';
import {
  HttpTransport,
  type HopResponse,
  type ResponseLimits,
  type Transport,
} from './http-transport.ts';
import type { Overrides } from './overrides.ts';

export interface EgressOptions {
  readonly grants: readonly Grant[];
  readonly overrides?: Overrides;
  readonly limits?: Partial<ResponseLimits>;
  /** All addresses of a name; the system's resolver unless given. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Sends one request; node:http(s) unless given. */
  readonly transport?: Transport;
}

export interface EgressRequest {
  readonly url: unknown;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EgressResponse extends HopResponse {
  /** Where the answer came from, after redirects. */
  readonly url: string;
}

const defaultLimits: ResponseLimits = {
  headersWithinMs: 10_000,
  totalMs: 30_000,
  wireBytes: 5 * 1024 * 1024,
  bodyBytes: 10 * 1024 * 1024,
};
const maxRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);
const keptAcrossOrigins = new Set(['accept', 'accept-language', 'content-type', 'user-agent']);
const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']);

interface Step {
  readonly target: Target;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** Outbound HTTP of one plugin: every hop is checked against its grants, and goes to an address that was judged. */
export class Egress {
  readonly #options: EgressOptions;
  readonly #http: HttpTransport;
  readonly #send: Transport;

  constructor(options: EgressOptions) {
    this.#options = options;
    this.#http = new HttpTransport({ ...defaultLimits, ...options.limits });
    this.#send = options.transport ?? this.#http.send;
  }

  /** Makes a request and follows redirects; throws EgressError. Any status is an answer. */
  async request(request: EgressRequest): Promise<EgressResponse> {
    const method = request.method ?? 'GET';
    if (!methods.has(method))
      throw new EgressError('METHOD', `the method must be one of ${[...methods].join(', ')}`);
    let step: Step = {
      target: checkUrl(request.url),
      method,
      headers: checkHeaders(request.headers ?? {}),
      body: request.body,
    };
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const response = await this.#hop(step, request.signal);
      if (!redirects.has(response.status)) return { ...response, url: step.target.url.href };
      step = nextStep(step, response);
    }
    throw new EgressError('TOO_MANY_REDIRECTS', `more than ${String(maxRedirects)} redirects`);
  }

  /** Ends kept connections. */
  close(): void {
    this.#http.close();
  }

  async #hop(step: Step, signal: AbortSignal | undefined): Promise<HopResponse> {
    const { target } = step;
    if (!allowsOutbound(this.#options.grants, target))
      throw new EgressError(
        'HOST_NOT_GRANTED',
        `the manifest does not ask for "network:outbound:${grantText(target)}", or it is not approved`,
      );
    const override = this.#options.overrides?.get(`${target.host}:${String(target.port)}`);
    const address = override?.address ?? (await this.#address(target.host));
    return this.#send({
      ...step,
      address,
      port: override?.port ?? target.port,
      ca: override?.ca,
      signal,
    });
  }

  /** Resolved once, and connected to as resolved: a second answer of the name server cannot slip in. */
  async #address(host: string): Promise<string> {
    const addresses = await (this.#options.resolve ?? resolveAll)(host).catch((error: unknown) => {
      throw new EgressError('DNS_EMPTY', 'the host has no address', 'later', { cause: error });
    });
    const [first] = addresses;
    if (first === undefined) throw new EgressError('DNS_EMPTY', 'the host has no address', 'later');
    for (const address of addresses) {
      const fault = addressFault(address);
      if (fault !== undefined)
        throw new EgressError(fault, 'the host leads to an address that plugins may not reach');
    }
    return first;
  }
}

async function resolveAll(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function nextStep(step: Step, response: HopResponse): Step {
  const target = redirectTarget(step.target, response.headers['location'] ?? '');
  if (step.target.scheme === 'https' && target.scheme === 'http')
    throw new EgressError('REDIRECT_DOWNGRADE', 'a redirect leads from https to http');
  const sameOrigin = target.url.origin === step.target.url.origin;
  if (response.status === 307 || response.status === 308) return repeated(step, target, sameOrigin);
  const headers = headersFor(step, sameOrigin);
  const becomesGet = step.method === 'POST' || (response.status === 303 && step.method !== 'HEAD');
  if (becomesGet) return { target, headers, method: 'GET', body: undefined };
  return { ...step, target, headers };
}

/** 307 and 308 repeat the request as it was (RFC 9110, 15.4.8 and 15.4.9). */
function repeated(step: Step, target: Target, sameOrigin: boolean): Step {
  if (step.body !== undefined && !sameOrigin)
    throw new EgressError('REDIRECT_BODY', 'a redirect would send the body to another origin');
  return { ...step, target, headers: headersFor(step, sameOrigin) };
}

function headersFor(step: Step, sameOrigin: boolean): Readonly<Record<string, string>> {
  if (sameOrigin) return step.headers;
  return Object.fromEntries(
    Object.entries(step.headers).filter(([name]) => keptAcrossOrigins.has(name)),
  );
}

function redirectTarget(from: Target, location: string): Target {
  if (location === '') throw new EgressError('LOCATION', 'a redirect names no place');
  if (oddCharacters.test(location))
    throw new EgressError(
      'LOCATION_CHARS',
      'a redirect names a place with a blank or control character',
    );
  // A redirect to a whole URL is checked as it was written, a relative one as it resolves.
  if (/^[a-z][a-z0-9+.-]*:/iu.test(location)) return checkUrl(location);
  return checkUrl(URL.parse(location, from.url.href)?.href ?? location);
}

function grantText({ scheme, host, port }: Target): string {
  const standard = scheme === 'https' ? 443 : 80;
  return `${scheme === 'http' ? 'http://' : ''}${host}${port === standard ? '' : `:${String(port)}`}`;
}
