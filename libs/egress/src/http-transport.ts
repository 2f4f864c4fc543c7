import http from 'node:http';
import https from 'node:https';
import { isIPv6, type LookupFunction, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Target } from './check-url.ts';
import { connectionError } from './connection-error.ts';
import { EgressError, faultCode } from './errors.ts';
import type { EgressLimits } from './limits.ts';
import { isUnreached, ProxyTunnels } from './proxy-tunnels.ts';
import { passBody, readBody } from './read-body.ts';

/** A request whose target was checked and whose addresses were resolved and judged. */
export interface Hop {
  readonly target: Target;
  /** Tried in this order; nothing else is connected to. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Not through the proxy: the operator said where it is. */
  readonly isDirect?: boolean | undefined;
  /** PEM of the authority to trust instead of the system's own. */
  readonly ca: string | undefined;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal;
  /** Those of the transport unless given. */
  readonly limits?: EgressLimits | undefined;
  /** Takes the body of a 2xx response part by part; the response has none then. */
  readonly pass?: PassBody | undefined;
  /** Called once the connection is there, before anything is written. */
  readonly onSending?: (() => void) | undefined;
}

/** The next part is read when this resolves. */
export type PassBody = (part: Uint8Array) => Promise<void>;

export interface HopResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Makes one request; does not follow redirects. */
export type Transport = (hop: Hop) => Promise<HopResponse>;

const maxHeaderBytes = 16_384;
const maxInterimResponses = 8;
const resets = new Set(['ECONNRESET', 'EPIPE']);
const agentOptions = { keepAlive: true, maxSockets: 8, maxFreeSockets: 4, timeout: 10_000 };

/** Connections are kept for one origin at the addresses that were judged, and not shared: each plugin has its own Egress. */
class PinnedHttpAgent extends http.Agent {
  override getName(options?: http.AgentOptions & { pinned?: string }): string {
    return `${super.getName(options)}@${options?.pinned ?? ''}`;
  }
}

class PinnedHttpsAgent extends https.Agent {
  override getName(options?: https.RequestOptions & { pinned?: string }): string {
    return `${super.getName(options)}@${options?.pinned ?? ''}`;
  }
}

/** Sends over node:http(s) to exactly the given addresses, with the name for TLS and Host. */
export class HttpTransport {
  readonly #limits: EgressLimits;
  readonly #http = new PinnedHttpAgent(agentOptions);
  readonly #https = new PinnedHttpsAgent(agentOptions);
  readonly #tunnels: ProxyTunnels | undefined;

  constructor(limits: EgressLimits, proxy?: string) {
    this.#limits = limits;
    this.#tunnels = proxy === undefined ? undefined : new ProxyTunnels(proxy, agentOptions);
  }

  readonly send: Transport = async (hop) => {
    const isTunnelled = this.#tunnels !== undefined && hop.isDirect !== true;
    const response = await (isTunnelled ? this.#openThrough(hop) : this.#open(hop));
    const limits = hop.limits ?? this.#limits;
    try {
      const status = response.statusCode ?? 0;
      const isPassed = hop.pass !== undefined && status >= 200 && status < 300;
      const body = isPassed
        ? await passBody(response, hop.pass, limits.passedBytes)
        : await readBody(response, limits);
      return { status, headers: plainHeaders(response.headers), body };
    } catch (error) {
      throw connectionError(error);
    } finally {
      // The rest of a body that was given up must not come in.
      if (!response.complete) response.destroy();
    }
  };

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
    this.#tunnels?.close();
  }

  /** One address after the other: the proxy opens a connection to the one that it is told. */
  async #openThrough(hop: Hop): Promise<http.IncomingMessage> {
    for (const address of hop.addresses.slice(0, -1))
      try {
        return await this.#open({ ...hop, addresses: [address] });
      } catch (error) {
        if (!isUnreached(error)) throw error;
      }
    return this.#open({ ...hop, addresses: hop.addresses.slice(-1) });
  }

  async #open(hop: Hop): Promise<http.IncomingMessage> {
    const request = this.#request(hop);
    try {
      return await this.#response(request, hop);
    } catch (error) {
      // The server closed a kept connection in the moment it was used again (RFC 9112, 9.3.1).
      const isStale = request.reusedSocket && ['GET', 'HEAD'].includes(hop.method);
      if (!isStale || hop.signal.aborted || !resets.has(faultCode(error)))
        throw connectionError(error);
      return this.#response(this.#request(hop), hop).catch((again: unknown) => {
        throw connectionError(again);
      });
    }
  }

  #request(hop: Hop): http.ClientRequest {
    const { target, addresses, body } = hop;
    const tunnels = hop.isDirect === true ? undefined : this.#tunnels?.agent;
    const options = {
      protocol: `${target.scheme}:`,
      hostname: tunnels === undefined ? target.host : addresses[0],
      port: hop.port,
      path: `${target.url.pathname}${target.url.search}`,
      method: hop.method,
      lookup: pinnedLookup(addresses),
      pinned: addresses.join(),
      maxHeaderSize: maxHeaderBytes,
      insecureHTTPParser: false,
      headers: {
        'user-agent': 'made-open',
        ...hop.headers,
        host: target.url.host,
        'accept-encoding': 'gzip',
        ...(body === undefined ? {} : { 'content-length': String(body.byteLength) }),
      },
    };
    if (target.scheme === 'http') return http.request({ ...options, agent: tunnels ?? this.#http });
    return https.request({
      ...options,
      agent: tunnels ?? this.#https,
      servername: target.host,
      ca: hop.ca,
      // Also where NODE_TLS_REJECT_UNAUTHORIZED says otherwise.
      rejectUnauthorized: true,
    });
  }

  #response(request: http.ClientRequest, hop: Hop): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const end = (error: Error): void => {
        request.destroy(error);
        // A request that still waits for its tunnel says nothing of its end.
        reject(error);
      };
      const abort = (): void => end(asError(hop.signal.reason));
      const ms = (hop.limits ?? this.#limits).headersWithinMs;
      const timer = setTimeout(() => end(timeout(ms)), ms);
      let interim = 0;
      hop.signal.addEventListener('abort', abort);
      // Not once: an abort while the body is read is an error of the request as well.
      request.on('error', reject);
      request.on('close', () => {
        clearTimeout(timer);
        hop.signal.removeEventListener('abort', abort);
      });
      request.on('information', () => {
        if (++interim > maxInterimResponses)
          end(new EgressError('RESPONSE_BROKEN', 'the server sends interim responses only'));
      });
      request.on('upgrade', (_response, socket) => {
        socket.destroy();
        reject(new EgressError('RESPONSE_BROKEN', 'the server changed the protocol unasked'));
      });
      request.on('response', (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      const isTunnelled = hop.isDirect !== true && this.#tunnels !== undefined;
      request.once('socket', (socket) => {
        if (request.reusedSocket || isTunnelled) hop.onSending?.();
        else whenConnected(socket, hop.onSending);
      });
      request.end(hop.body);
      if (hop.signal.aborted) abort();
    });
  }
}

/** Whatever name is looked up, these are its addresses: the name server is not asked twice. */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, options, callback) => {
    if (options.all === true) callback(null, all);
    else callback(null, all[0]?.address ?? '', all[0]?.family);
  };
}

/** What a new connection is there for is written right behind this. */
function whenConnected(socket: Socket, done: () => void = () => undefined): void {
  if (socket instanceof TLSSocket) socket.once('secureConnect', done);
  else if (socket.connecting) socket.once('connect', done);
  else done();
}

/** The time within which an answer was wanted has passed. */
export function timeout(ms: number): EgressError {
  return new EgressError('TIMEOUT', `no complete answer within ${String(ms)} ms`, 'later');
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('the request was given up');
}

/** Of a body that was unpacked, encoding and length are no longer true. */
function plainHeaders(headers: http.IncomingHttpHeaders): Record<string, string> {
  const isPacked = headers['content-encoding'] !== undefined;
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (value === undefined || (isPacked && /^content-(encoding|length)$/u.test(name))) return [];
      return [[name, Array.isArray(value) ? value.join(', ') : value]];
    }),
  );
}
