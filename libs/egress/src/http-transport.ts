import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Target } from './check-url.ts';
import { EgressError } from './errors.ts';

const decompress = promisify(gunzip);

/** Limits of one response; sizes in bytes, times in milliseconds. */
export interface ResponseLimits {
  readonly headersWithinMs: number;
  readonly totalMs: number;
  readonly wireBytes: number;
  readonly bodyBytes: number;
}

/** A request whose target was checked and whose address was resolved. */
export interface Hop {
  readonly target: Target;
  readonly address: string;
  readonly port: number;
  readonly ca?: string | undefined;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface HopResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Makes one request; does not follow redirects. */
export type Transport = (hop: Hop) => Promise<HopResponse>;

const maxHeaderBytes = 16_384;

/** Sends over node:http(s) to exactly the given address, with the name for TLS and Host. */
export class HttpTransport {
  readonly #limits: ResponseLimits;
  readonly #agents = new Map<string, https.Agent | http.Agent>();

  constructor(limits: ResponseLimits) {
    this.#limits = limits;
  }

  readonly send: Transport = async (hop) => {
    const response = await this.#open(hop);
    const headers = singleHeaders(response.headers);
    const wire = await this.#read(response);
    return {
      status: response.statusCode ?? 0,
      headers,
      body: await this.#decode(wire, headers['content-encoding'] ?? ''),
    };
  };

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #open(hop: Hop): Promise<http.IncomingMessage> {
    const { target } = hop;
    const started = performance.now();
    return new Promise((resolve, reject) => {
      const request = (target.scheme === 'https' ? https : http).request({
        agent: this.#agent(hop),
        protocol: `${target.scheme}:`,
        hostname: target.host,
        port: hop.port,
        servername: target.host,
        path: `${target.url.pathname}${target.url.search}`,
        method: hop.method,
        lookup: pinned(hop.address),
        ca: hop.ca,
        maxHeaderSize: maxHeaderBytes,
        headers: {
          ...hop.headers,
          host: target.url.host,
          'accept-encoding': 'gzip',
          ...(hop.body === undefined ? {} : { 'content-length': String(hop.body.byteLength) }),
        },
        ...(hop.signal === undefined ? {} : { signal: hop.signal }),
      });
      const total = setTimeout(
        () => request.destroy(timeout(this.#limits.totalMs)),
        this.#limits.totalMs,
      );
      const first = setTimeout(
        () => request.destroy(timeout(this.#limits.headersWithinMs)),
        this.#limits.headersWithinMs,
      );
      request.once('close', () => [total, first].forEach(clearTimeout));
      request.once('error', (error) => reject(connectionError(error, performance.now() - started)));
      request.once('response', (response) => {
        clearTimeout(first);
        resolve(response);
      });
      request.end(hop.body);
    });
  }

  async #read(response: http.IncomingMessage): Promise<Uint8Array> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of response) {
        if (!Buffer.isBuffer(chunk)) continue;
        size += chunk.length;
        if (size > this.#limits.wireBytes)
          throw new EgressError(
            'RESPONSE_TOO_LARGE',
            `the response has more than ${String(this.#limits.wireBytes)} bytes`,
          );
        chunks.push(chunk);
      }
    } catch (error) {
      response.destroy();
      throw error instanceof EgressError ? error : connectionError(error, 0);
    }
    return Buffer.concat(chunks);
  }

  async #decode(wire: Uint8Array, encoding: string): Promise<Uint8Array> {
    if (encoding === '' || encoding.toLowerCase() === 'identity') return this.#bounded(wire);
    if (encoding.toLowerCase() !== 'gzip')
      throw new EgressError(
        'RESPONSE_ENCODING',
        'the response is encoded in a way that was not asked for',
      );
    try {
      return await decompress(wire, { maxOutputLength: this.#limits.bodyBytes });
    } catch (error) {
      throw new EgressError(
        'RESPONSE_TOO_LARGE',
        `the response is not plain gzip of at most ${String(this.#limits.bodyBytes)} bytes`,
        'never',
        { cause: error },
      );
    }
  }

  #bounded(body: Uint8Array): Uint8Array {
    if (body.byteLength <= this.#limits.bodyBytes) return body;
    throw new EgressError(
      'RESPONSE_TOO_LARGE',
      `the response has more than ${String(this.#limits.bodyBytes)} bytes`,
    );
  }

  /** Connections are kept for one origin at one address, and never shared between plugins: each has its own Egress. */
  #agent(hop: Hop): https.Agent | http.Agent {
    const key = `${hop.target.scheme}://${hop.target.host}:${String(hop.port)}@${hop.address}`;
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const options = { keepAlive: true, maxSockets: 8, timeout: 60_000 };
    const agent =
      hop.target.scheme === 'https' ? new https.Agent(options) : new http.Agent(options);
    this.#agents.set(key, agent);
    return agent;
  }
}

function pinned(address: string): LookupFunction {
  const family = address.includes(':') ? 6 : 4;
  return (_host, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

function timeout(ms: number): EgressError {
  return new EgressError('TIMEOUT', `no complete answer within ${String(ms)} ms`, 'later');
}

function connectionError(error: unknown, afterMs: number): EgressError {
  if (error instanceof EgressError) return error;
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
  const when = afterMs > 0 ? '' : ' while the response was read';
  return new EgressError('CONNECTION', `the connection failed${when} (${code})`, 'later', {
    cause: error,
  });
}

function singleHeaders(headers: http.IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  return result;
}
