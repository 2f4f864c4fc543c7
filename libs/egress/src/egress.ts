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
import { defaultLimits, type EgressLimits } from './limits.ts';
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

const maxRedirects = 5;
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
    const { totalMs: wholeMs, passedWithinMs } = this.#limits;
    const totalMs = request.pass === undefined ? wholeMs : passedWithinMs;
    const timer = setTimeout(() => ending.abort(timeout(totalMs)), totalMs);
    const signals = [this.#closing.signal, request.signal].filter((signal) => signal !== undefined);
    const giveUp = (): void => ending.abort(aborted(signals.find((signal) => signal.aborted)));
    for (const signal of signals) signal.addEventListener('abort', giveUp);
    if (signals.some((signal) => signal.aborted)) giveUp();
    try {
      return await this.#follow(step, request, ending.signal);
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

  async #follow(
    first: Step,
    { redirect = 'follow', pass, onSending }: EgressRequest,
    signal: AbortSignal,
  ): Promise<EgressResponse> {
    let step = first;
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const response = await this.#hop(step, { pass, onSending }, signal);
      if (redirect === 'manual' || !isRedirect(response.status))
        return { ...response, url: step.target.url.href };
      if (redirect === 'error') throw new EgressError('REDIRECT', 'the server redirects');
      step = nextStep(step, response);
    }
    throw new EgressError('TOO_MANY_REDIRECTS', `more than ${String(maxRedirects)} redirects`);
  }

  async #hop(
    step: Step,
    watched: Pick<EgressRequest, 'pass' | 'onSending'>,
    signal: AbortSignal,
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
    return this.#send({ ...step, addresses, port, isDirect, ca: override?.ca, signal, ...watched });
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

function noAddress(cause?: unknown): EgressError {
  return new EgressError('DNS_EMPTY', 'the host has no address', 'later', { cause });
}

function grantText({ scheme, host, port }: Target): string {
  const standard = scheme === 'https' ? 443 : 80;
  return `${scheme === 'http' ? 'http://' : ''}${host}${port === standard ? '' : `:${String(port)}`}`;
}
