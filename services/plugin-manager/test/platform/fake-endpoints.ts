import { create } from '@bufbuild/protobuf';
import { RemoteError } from '@made-open/bus';
import { EndpointSchema, EndpointService, type Endpoint } from '@made-open/contracts';
import type { FakeService } from './fake-service.ts';

const { putEndpoint, listEndpoints, deleteEndpoint } = EndpointService.method;
const { listEndpointDeliveries, retryEndpointDelivery } = EndpointService.method;

/** What the service of rules answers about endpoints: it takes no address in clear. */
export function answerEndpoints(service: FakeService): Map<string, Endpoint> {
  const endpoints = new Map<string, Endpoint>();
  const at = '2026-11-21T06:00:00.000Z';
  const delivery = (endpointId: string) => ({
    id: 'd1',
    endpointId,
    eventType: 'data.PersonCreated',
    state: 'failed',
    tries: 7,
    httpStatus: 500,
    errorCode: 'rules.endpoint_refused',
    errorMessage: 'the endpoint answered 500',
    createdAt: at,
    lastTryAt: at,
  });
  const require = (id: string): void => {
    if (!endpoints.has(id)) throw new RemoteError('rules.endpoint.not_found', 'none', 'never');
  };
  service.on(putEndpoint, ({ endpointId, $typeName: _name, ...wanted }) => {
    if (!wanted.url.startsWith('https:'))
      throw new RemoteError('rules.endpoint_invalid', 'url must begin with https://', 'never');
    const endpoint = create(EndpointSchema, {
      id: endpointId,
      ...wanted,
      createdAt: at,
      updatedAt: at,
    });
    endpoints.set(endpointId, endpoint);
    return { endpoint };
  });
  service.on(listEndpoints, () => ({ endpoints: [...endpoints.values()] }));
  service.on(deleteEndpoint, ({ endpointId }) => ({ deleted: endpoints.delete(endpointId) }));
  service.on(listEndpointDeliveries, ({ endpointId }) => {
    require(endpointId);
    return { deliveries: [delivery(endpointId)] };
  });
  service.on(retryEndpointDelivery, ({ endpointId, deliveryId }) => {
    require(endpointId);
    if (deliveryId === 'd2')
      throw new RemoteError('rules.delivery_delivered.conflict', 'it was taken', 'never');
    return { delivery: { ...delivery(endpointId), state: 'pending', nextTryAt: at } };
  });
  return endpoints;
}
