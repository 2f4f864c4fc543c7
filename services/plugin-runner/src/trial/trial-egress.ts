import {
  Egress,
  EgressError,
  parseOverrides,
  type EgressRequest,
  type EgressResponse,
  type Transport,
} from '@made-open/egress';
import type { Grant } from '@made-open/manifest';
import { CassetteError, CassettePlayer, ResetError } from '@made-open/plugin-sdk/conformance';
import type { TrialHttp, TrialRequest } from './trial-request.ts';

/** Any address that a plugin may reach: nothing is sent there. */
const playedAddress = '93.184.215.14';
const decoder = new TextDecoder();

/** Outbound HTTP of a trial, under the grants as in the platform: over the network, or from a cassette. */
export class TrialEgress {
  readonly #egress: Egress;
  readonly #tell: (record: TrialHttp) => void;
  readonly #redact: (text: string) => string;
  readonly #withBodies: boolean;

  constructor(
    request: TrialRequest,
    grants: readonly Grant[],
    redact: (text: string) => string,
    tell: (record: TrialHttp) => void,
  ) {
    const { cassette, fault, overridesText = '{}' } = request;
    this.#egress =
      cassette === undefined
        ? new Egress({ grants, overrides: parseOverrides(overridesText) })
        : new Egress({
            grants,
            resolve: () => Promise.resolve([playedAddress]),
            transport: transportOf(new CassettePlayer(cassette, { fault, redact })),
          });
    this.#tell = tell;
    this.#redact = redact;
    this.#withBodies = request.withBodies === true;
  }

  /** For what nobody is to be told: a token in an answer, for example. */
  get withoutBodies(): Pick<Egress, 'request'> {
    return { request: (request) => this.#told(request, false) };
  }

  /** Held whole, where the platform hands it on in parts: it may have to be told. */
  async request({ pass, ...request }: EgressRequest): Promise<EgressResponse> {
    const response = await this.#told(request);
    if (pass === undefined || response.status < 200 || response.status > 299) return response;
    await pass(response.body);
    return { ...response, body: new Uint8Array() };
  }

  close(): void {
    this.#egress.close();
  }

  async #told(request: EgressRequest, withBodies = this.#withBodies): Promise<EgressResponse> {
    const since = performance.now();
    const { method = 'GET' } = request;
    const url = this.#redact(typeof request.url === 'string' ? request.url : '');
    const told = (): Pick<TrialHttp, 'kind' | 'method' | 'url' | 'tookMs'> => ({
      kind: 'http',
      method,
      url,
      tookMs: Math.round(performance.now() - since),
    });
    try {
      const response = await this.#egress.request(request);
      this.#tell({
        ...told(),
        status: response.status,
        ...(withBodies ? this.#bodies(request, response) : {}),
      });
      return response;
    } catch (error) {
      const fault = error instanceof Error ? error.message : 'unknown fault';
      this.#tell({ ...told(), status: 0, fault: this.#redact(fault) });
      throw error;
    }
  }

  #bodies(
    { body }: EgressRequest,
    response: EgressResponse,
  ): Pick<TrialHttp, 'requestBody' | 'headers' | 'body'> {
    return {
      ...(body === undefined ? {} : { requestBody: this.#redact(decoder.decode(body)) }),
      headers: Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, this.#redact(value)]),
      ),
      body: this.#redact(decoder.decode(response.body)),
    };
  }
}

function transportOf(player: CassettePlayer): Transport {
  return async ({ method, target, body, onSending }) => {
    const text = body === undefined ? undefined : decoder.decode(body);
    try {
      const played = await player.play({ method, url: target.url.href, body: text });
      onSending?.();
      return { ...played, body: new TextEncoder().encode(played.body) };
    } catch (error) {
      if (error instanceof ResetError) {
        onSending?.();
        throw new EgressError('CONNECTION', error.message, 'later', { cause: error });
      }
      if (error instanceof CassetteError)
        throw new EgressError('CASSETTE', error.message, 'never', { cause: error });
      throw error;
    }
  };
}
