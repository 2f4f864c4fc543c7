import { RemoteError, type Bus } from '@made-open/bus';
import {
  EndpointService,
  endpointConfigs,
  type Endpoint,
  type EndpointDelivery,
} from '@made-open/contracts';
import { randomBytes, randomUUID } from 'node:crypto';
import type { ConfigVault } from '../configs/config-vault.ts';
import { notFound, RequestError } from '../errors.ts';
import type { Page, PageRequest } from '../page.ts';

const { putEndpoint, listEndpoints, deleteEndpoint } = EndpointService.method;
const { listEndpointDeliveries, retryEndpointDelivery } = EndpointService.method;
const pageSize = 200;
const secretBytes = 32;

export interface EndpointKey {
  readonly spaceId: string;
  readonly endpointId: string;
}

export interface WantedEndpoint {
  readonly name: string;
  readonly url: string;
  readonly subjects: readonly string[];
  readonly enabled: boolean;
}

/** Outgoing webhooks: the service of rules sends them, the wallet keeps their secrets and signs. */
export class Endpoints {
  readonly #bus: Pick<Bus, 'call'>;
  readonly #vault: ConfigVault;

  constructor(bus: Pick<Bus, 'call'>, vault: ConfigVault) {
    this.#bus = bus;
    this.#vault = vault;
  }

  /** The secret is given here, and never again. */
  async create(
    spaceId: string,
    wanted: WantedEndpoint,
  ): Promise<{ endpoint: Endpoint; secret: string }> {
    const key = { spaceId, endpointId: randomUUID() };
    // First the secret: nothing is sent that cannot be signed.
    const secret = await this.#newSecret(key);
    try {
      return { endpoint: await this.#put(key, wanted), secret };
    } catch (error) {
      await this.#vault.remove(ownerOf(key));
      throw error;
    }
  }

  async change(key: EndpointKey, wanted: Partial<WantedEndpoint>): Promise<Endpoint> {
    const { name, url, subjects, enabled } = await this.find(key);
    return this.#put(key, { name, url, subjects, enabled, ...wanted });
  }

  async find({ spaceId, endpointId }: EndpointKey): Promise<Endpoint> {
    let cursor = '';
    do {
      const page = await this.#bus.call(listEndpoints, { spaceId, limit: pageSize, cursor });
      const found = page.endpoints.find(({ id }) => id === endpointId);
      if (found !== undefined) return found;
      cursor = page.nextCursor;
    } while (cursor !== '');
    throw notFound('endpoint', endpointId);
  }

  async list(spaceId: string, { limit, after = '' }: PageRequest): Promise<Page<Endpoint>> {
    const answer = await this.#bus.call(listEndpoints, { spaceId, limit, cursor: after });
    return { data: answer.endpoints, next: answer.nextCursor || undefined };
  }

  async remove(key: EndpointKey): Promise<void> {
    const { deleted } = await this.#bus.call(deleteEndpoint, key);
    if (!deleted) throw notFound('endpoint', key.endpointId);
    await this.#vault.remove(ownerOf(key));
  }

  /** For so many hours the one before signs, too, so that receivers can change theirs meanwhile. */
  async rotate(
    key: EndpointKey,
    keepFormerHours: number,
  ): Promise<{ endpoint: Endpoint; secret: string; formerUntil: Date | undefined }> {
    const endpoint = await this.find(key);
    const keepFormerSeconds = keepFormerHours * 3600;
    // Never later than the wallet has it, which begins to count when it stores.
    const formerUntil = new Date(Date.now() + keepFormerSeconds * 1000);
    const secret = await this.#newSecret(key, keepFormerSeconds);
    return { endpoint, secret, formerUntil: keepFormerHours > 0 ? formerUntil : undefined };
  }

  async deliveries(
    key: EndpointKey & { readonly state: string },
    { limit, after = '' }: PageRequest,
  ): Promise<Page<EndpointDelivery>> {
    const request = { ...key, limit, cursor: after };
    const asked = this.#bus.call(listEndpointDeliveries, request);
    const { deliveries, nextCursor } = await asked.catch(asRequestError(key.endpointId));
    return { data: deliveries, next: nextCursor || undefined };
  }

  async retry(key: EndpointKey, deliveryId: string): Promise<EndpointDelivery> {
    const asked = this.#bus.call(retryEndpointDelivery, { ...key, deliveryId });
    const { delivery } = await asked.catch(asRequestError(key.endpointId, deliveryId));
    return delivery ?? Promise.reject(notFound('delivery', deliveryId));
  }

  async #newSecret(key: EndpointKey, keepFormerSeconds = 0): Promise<string> {
    const secret = `whsec_${randomBytes(secretBytes).toString('base64')}`;
    await this.#vault.put(ownerOf(key), { secret }, { keepFormerSeconds });
    return secret;
  }

  async #put(key: EndpointKey, wanted: WantedEndpoint): Promise<Endpoint> {
    const request = { ...key, ...wanted, subjects: [...wanted.subjects] };
    const asked = this.#bus.call(putEndpoint, request);
    const { endpoint } = await asked.catch(asRequestError(key.endpointId));
    return endpoint ?? Promise.reject(notFound('endpoint', key.endpointId));
  }
}

function ownerOf({ spaceId, endpointId }: EndpointKey) {
  return { spaceId, connectionId: endpointId, pluginId: endpointConfigs };
}

/** What the service of rules refuses, in the words of this API. */
function asRequestError(endpointId: string, deliveryId = '') {
  return (error: unknown): never => {
    if (!(error instanceof RemoteError)) throw error;
    if (error.code === 'rules.endpoint.not_found') throw notFound('endpoint', endpointId);
    if (error.code === 'rules.delivery.not_found') throw notFound('delivery', deliveryId);
    if (error.code === 'rules.delivery_delivered.conflict')
      throw new RequestError('delivery.delivered', 409, error.message);
    if (error.code !== 'rules.endpoint_invalid') throw error;
    throw new RequestError('endpoint.invalid', 422, error.message, { errors: [error.message] });
  };
}
