import { lookup } from 'node:dns/promises';
import { allowsOutbound, type Grant } from '@made-open/manifest';
import { checkHeaders } from './check-headers.ts';
import { checkUrl, type Target } from './check-url.ts';
import { addressFault } from './classify-address.ts';
import { EgressError } from './errors.ts';
import {
  HttpTransport,
  timeout,
  type HopResponse,
  type PassBody,
  type Transport,
} from './http-transport.ts';
import { defaultLimits, limitsOf, type EgressLimits } from './limits.ts';
import { isRedirect, nextStep, type Step } from './next-step.ts';
import type { Overrides } from './overrides.ts';

export interface EgressOptions {
  readonly grants: readonly Grant[];
  readonly overrides?: Overrides | undefined;
  readonly limits?: Partial<EgressLimits> | undefined;
  /** `http://host:port` of a proxy through which everything goes that no override sends elsewhere. */
  readonly proxy?: string | undefined;
  /** All addresses of a name; the system's resolver unless given. */
  readonly resolve?: ((host: string) => Promise<readonly string[]>) | undefined;
  /** Sends one request; node:http(s) unless given. */
  readonly transport?: Transport | undefined;
}

export interface EgressRequest {
  readonly url: unknown;
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For all of it, in the place of what the limits say; no longer than they ever allow. */
  readonly timeoutMs?: number | undefined;
  /** Of a response when it is decompressed, where that is less than the limits allow. */
  readonly maxResponseBytes?: number | undefined;
  /** As many redirects are followed and the next is refused, as is one to where no request may go. */
  readonly maxRedirects?: number | undefined;
  /** What to do with a redirect: follow it (unless said otherwise), give it back, or refuse it. */
  readonly redirect?: 'follow' | 'manual' | 'error' | undefined;
  /** Takes the body of a 2xx answer part by part, at its own pace; the answer has none then. */
  readonly pass?: PassBody | undefined;
  /** Called before anything of the request can have reached the server; until then nothing has. */
  readonly onSending?: (() => void) | undefined;
}

export interface EgressResponse extends HopResponse {
  /** Where the answer came from, after redirects. */
  readonly url: string;
}

/** What one request keeps to, with all its redirects. */
interface Bounds {
  readonly limits: EgressLimits;
  readonly signal: AbortSignal;
}

const defaultRedirects = 5;
const nothing = (): void => undefined;
const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** Outbound HTTP of one plugin: every hop is checked against its grants, and goes to addresses that were judged. */
export class Egress {
  readonly #options: EgressOptions;
  readonly #limits: EgressLimits;
  readonly #http: HttpTransport;
  readonly #send: Transport;
  readonly #closing = new AbortController();

  constructor(options: EgressOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#http = new HttpTransport(this.#limits, options.proxy);
    this.#send = options.transport ?? this.#http.send;
  }

  /** Makes a request and follows redirects; throws EgressError. Any status is an answer. */
  async request(request: EgressRequest): Promise<EgressResponse> {
    const step = this.#firstStep(request);
    const ending = new AbortController();
    const limits = limitsOf(request, this.#limits);
    const totalMs = request.pass === undefined ? limits.totalMs : limits.passedWithinMs;
    const timer = setTimeout(() => ending.abort(timeout(totalMs)), totalMs);
    const signals = [this.#closing.signal, request.signal].filter((signal) => signal !== undefined);
    const giveUp = (): void => ending.abort(aborted(signals.find((signal) => signal.aborted)));
    for (const signal of signals) signal.addEventListener('abort', giveUp);
    if (signals.some((signal) => signal.aborted)) giveUp();
    try {
      return await this.#follow(step, request, { limits, signal: ending.signal });
    } catch (error) {
      // Whatever broke because the time was up is a timeout.
      throw ending.signal.aborted ? ending.signal.reason : error;
    } finally {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', giveUp);
    }
  }

  /** Ends requests and kept connections, and makes none any more. */
  close(): void {
    this.#closing.abort(new Error('this egress was closed'));
    this.#http.close();
  }

  #firstStep({ url, method = 'GET', headers = {}, body }: EgressRequest): Step {
    if (!methods.has(method))
      throw new EgressError('METHOD', `the method must be one of ${[...methods].join(', ')}`);
    const { requestBytes } = this.#limits;
    if ((body?.byteLength ?? 0) > requestBytes)
      throw new EgressError(
        'REQUEST_TOO_LARGE',
        `the body of the request has more than ${String(requestBytes)} bytes`,
      );
    return { target: checkUrl(url), method, headers: checkHeaders(headers), body };
  }

  async #follow(first: Step, request: EgressRequest, bounds: Bounds): Promise<EgressResponse> {
    const { redirect = 'follow', maxRedirects = defaultRedirects } = request;
    let step = first;
    for (let hop = 0; ; hop++) {
      const response = await this.#reach(step, request, { ...bounds, isFirst: hop === 0 });
      if (redirect === 'manual' || !isRedirect(response.status))
        return { ...response, url: step.target.url.href };
      if (redirect === 'error') throw new EgressError('REDIRECT', 'the server redirects');
      if (hop === maxRedirects) throw tooManyRedirects(request.maxRedirects);
      step = this.#next(step, response, request.maxRedirects);
    }
  }

  /** Who says how many redirects it wants is told of each other one that it is refused, wherever it leads. */
  async #reach(
    step: Step,
    request: EgressRequest,
    { isFirst, ...bounds }: Bounds & { readonly isFirst: boolean },
  ): Promise<HopResponse> {
    if (isFirst || request.maxRedirects === undefined) return this.#hop(step, request, bounds);
    const onSending = request.onSending ?? nothing;
    let isOut = false;
    const watched = {
      ...request,
      onSending: (): void => {
        isOut = true;
        onSending();
      },
    };
    try {
      return await this.#hop(step, watched, bounds);
    } catch (error) {
      if (!isOut && error instanceof EgressError && error.retry === 'never')
        throw redirectRefused(error);
      throw error;
    }
  }

  #next(step: Step, response: HopResponse, wanted: number | undefined): Step {
    try {
      return nextStep(step, response);
    } catch (error) {
      throw wanted === undefined ? error : redirectRefused(error);
    }
  }

  async #hop(
    step: Step,
    { pass, onSending }: Pick<EgressRequest, 'pass' | 'onSending'>,
    { limits, signal }: Bounds,
  ): Promise<HopResponse> {
    const { target } = step;
    if (!allowsOutbound(this.#options.grants, target))
      throw new EgressError(
        'HOST_NOT_GRANTED',
        `the manifest does not ask for "network:outbound:${grantText(target)}", or it is not approved`,
      );
    const override = this.#options.overrides?.get(`${target.host}:${String(target.port)}`);
    const addresses =
      override === undefined ? await this.#addresses(target.host, signal) : [override.address];
    signal.throwIfAborted();
    const port = override?.port ?? target.port;
    const isDirect = override !== undefined;
    const ca = override?.ca;
    return this.#send({ ...step, addresses, port, isDirect, ca, signal, limits, pass, onSending });
  }

  /** Resolved once, and connected to as resolved: a second answer of the name server cannot slip in. */
  async #addresses(host: string, signal: AbortSignal): Promise<readonly string[]> {
    const addresses = await orAbort(this.#resolve(host), signal);
    if (addresses.length === 0) throw noAddress();
    for (const address of addresses) {
      const fault = addressFault(address);
      if (fault !== undefined)
        throw new EgressError(fault, 'the host leads to an address that plugins may not reach');
    }
    return addresses;
  }

  async #resolve(host: string): Promise<readonly string[]> {
    try {
      return await (this.#options.resolve ?? resolveAll)(host);
    } catch (error) {
      throw noAddress(error);
    }
  }
}

async function resolveAll(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** Name servers cannot be interrupted; their answer is then left alone. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new EgressError('ABORTED', 'the request was given up'));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function aborted(signal: AbortSignal | undefined): EgressError {
  return new EgressError('ABORTED', 'the request was given up', 'later', { cause: signal?.reason });
}

function tooManyRedirects(wanted: number | undefined): EgressError {
  if (wanted !== undefined) return redirectRefused();
  return new EgressError('TOO_MANY_REDIRECTS', `more than ${String(defaultRedirects)} redirects`);
}

function redirectRefused(cause?: unknown): EgressError {
  return new EgressError(
    'REDIRECT_REFUSED',
    'the server redirects to where this request does not go; name the address that it redirects to, or allow the redirect',
    'never',
    { cause },
  );
}

function noAddress(cause?: unknown): EgressError {
  return new EgressError('DNS_EMPTY', 'the host has no address', 'later', { cause });
}

function grantText({ scheme, host, port }: Target): string {
  const standard = scheme === 'https' ? 443 : 80;
  return `${scheme === 'http' ? 'http://' : ''}${host}${port === standard ? '' : `:${String(port)}`}`;
}
