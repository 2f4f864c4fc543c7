import {
  EndpointService,
  type DeleteEndpointRequest,
  type ListEndpointDeliveriesRequest,
  type ListEndpointsRequest,
  type PutEndpointRequest,
  type RetryEndpointDeliveryRequest,
} from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { Reach } from '../egress/reach.ts';
import { pageRequest } from '../page.ts';
import { checkEndpoint } from './check-endpoint.ts';
import { Endpoints } from './endpoints.ts';

const { putEndpoint, listEndpoints, deleteEndpoint } = EndpointService.method;
const { listEndpointDeliveries, retryEndpointDelivery } = EndpointService.method;

@Controller()
export class EndpointsConsumer {
  constructor(
    @Inject(Endpoints) private readonly endpoints: Endpoints,
    @Inject(Reach) private readonly reach: Reach,
  ) {}

  @OnCall(putEndpoint)
  async put(request: PutEndpointRequest): Promise<object> {
    checkEndpoint(request, this.reach.now().overrides);
    return { endpoint: await this.endpoints.put(request) };
  }

  @OnCall(listEndpoints)
  async list({ spaceId, ...page }: ListEndpointsRequest): Promise<object> {
    const { rows, nextCursor } = await this.endpoints.list(spaceId, pageRequest(page));
    return { endpoints: [...rows], nextCursor };
  }

  @OnCall(deleteEndpoint)
  async delete({ spaceId, endpointId }: DeleteEndpointRequest): Promise<object> {
    return { deleted: await this.endpoints.remove(spaceId, endpointId) };
  }

  @OnCall(listEndpointDeliveries)
  async deliveries(request: ListEndpointDeliveriesRequest): Promise<object> {
    const { rows, nextCursor } = await this.endpoints.deliveries(request, pageRequest(request));
    return { deliveries: [...rows], nextCursor };
  }

  @OnCall(retryEndpointDelivery)
  async retry(request: RetryEndpointDeliveryRequest): Promise<object> {
    const { spaceId, endpointId, deliveryId } = request;
    return { delivery: await this.endpoints.retry(spaceId, endpointId, deliveryId) };
  }
}
