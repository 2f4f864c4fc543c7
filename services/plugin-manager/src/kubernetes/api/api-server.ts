import { readFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { ClusterError } from '../../errors.ts';

export interface ApiServerAccess {
  readonly url: string;
  /** PEM of the authority that the server's certificate is of. */
  readonly authority: string;
  /** Of the service account; asked for each request, since the cluster renews it. */
  readonly token: () => string;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
}

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';
const timeoutMs = 15_000;

/**
 * The API server, as far as runners need it: a few requests and watches of JSON. The usual client library takes 90 MB
 * of memory for all that it could do beside.
 */
export class ApiServer {
  readonly #access: ApiServerAccess;
  readonly #agent: Agent;

  constructor(access: ApiServerAccess) {
    this.#access = access;
    this.#agent = new Agent({ ca: access.authority, keepAlive: true, maxSockets: 16 });
  }

  /** Of the cluster that this process is a pod of. */
  static inPod(url: string): ApiServer {
    return new ApiServer({
      url,
      authority: readFileSync(`${accountFolder}/ca.crt`, 'utf8'),
      token: () => readFileSync(`${accountFolder}/token`, 'utf8').trim(),
    });
  }

  /** Rejects with ClusterError that has the status of the answer. */
  async ask(asked: ApiRequest): Promise<unknown> {
    const response = await this.#send(asked, AbortSignal.timeout(timeoutMs));
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(Buffer.from(chunk));
    const answer = parsed(Buffer.concat(chunks).toString());
    const { statusCode = 0 } = response;
    if (statusCode < 300) return answer;
    throw refusalOf(asked, statusCode, answer);
  }

  /** Hands over each change until the server ends the answer, or `signal` does. */
  async watch(
    asked: ApiRequest,
    onEvent: (event: unknown) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const query = { ...asked.query, watch: 'true' };
    const response = await this.#send({ ...asked, query }, signal);
    const { statusCode = 0 } = response;
    if (statusCode >= 300) {
      response.resume();
      throw refusalOf(asked, statusCode, undefined);
    }
    for await (const line of createInterface({ input: response }))
      if (line !== '') onEvent(JSON.parse(line));
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    { method, path, query = {}, body, contentType = 'application/json' }: ApiRequest,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const url = new URL(path, this.#access.url);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const headers = {
      authorization: `Bearer ${this.#access.token()}`,
      accept: 'application/json, application/jwk-set+json',
      ...(body === undefined ? {} : { 'content-type': contentType }),
    };
    const options: RequestOptions = { method, headers, agent: this.#agent, signal };
    return new Promise((resolve, reject) => {
      const sent = request(url, options, resolve);
      sent.once('error', (error) =>
        reject(
          new ClusterError(`the API server cannot be reached: ${error.message}`, { cause: error }),
        ),
      );
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function refusalOf({ method, path }: ApiRequest, status: number, answer: unknown): ClusterError {
  const { message = '' }: Record<string, unknown> = {
    ...(typeof answer === 'object' ? answer : {}),
  };
  const text = typeof message === 'string' && message !== '' ? `: ${message}` : '';
  return new ClusterError(`${method} ${path} was answered with status ${String(status)}${text}`, {
    status,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
