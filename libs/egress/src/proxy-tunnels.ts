import { setMaxListeners } from 'node:events';
import type http from 'node:http';
import type https from 'node:https';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { EgressError, ProxyError } from './errors.ts';

/** Connections by CONNECT through a proxy, which only ever hears addresses that were judged, and no name. */
export class ProxyTunnels {
  readonly agent: https.Agent;
  readonly #closing = new AbortController();

  constructor(proxy: string, options: http.AgentOptions) {
    // Nothing else ends a connection to a proxy that does not answer.
    const { signal } = this.#closing;
    setMaxListeners(0, signal);
    this.agent = new HttpsProxyAgent(readProxy(proxy), { ...options, signal });
    // Its answer would be taken for that of the host.
    this.agent.on('proxyConnect', (response: ProxyAnswer, request: http.ClientRequest) => {
      if (response.statusCode !== 200) request.destroy(refusal(response.statusCode));
    });
  }

  close(): void {
    this.#closing.abort();
    this.agent.destroy();
  }
}

interface ProxyAnswer {
  readonly statusCode: number;
}

function readProxy(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/u.test(url.protocol) || url.pathname !== '/' || url.search !== '')
    throw new ProxyError('the proxy of outgoing requests is named as http://host:port');
  return url.href;
}

/** Whether another address of the host may do, where this one was not reached. */
export function isUnreached(error: unknown): boolean {
  return error instanceof EgressError && error.reason === 'PROXY_UNREACHED';
}

function refusal(status: number): EgressError {
  if (status === 403)
    return new EgressError('PROXY_REFUSED', 'the proxy does not go to this address or port');
  if (status === 502 || status === 504)
    return new EgressError('PROXY_UNREACHED', 'the proxy does not reach the host', 'later');
  return new EgressError('PROXY', `the proxy answers with status ${String(status)}`, 'later');
}
