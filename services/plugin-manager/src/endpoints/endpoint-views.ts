import type { Endpoint, EndpointDelivery } from '@made-open/contracts';

export function endpointView(endpoint: Endpoint): object {
  return {
    id: endpoint.id,
    space_id: endpoint.spaceId,
    name: endpoint.name,
    url: endpoint.url,
    subjects: endpoint.subjects,
    enabled: endpoint.enabled,
    disabled_reason: endpoint.disabledReason || null,
    created_at: endpoint.createdAt,
    updated_at: endpoint.updatedAt,
  };
}

export function endpointDeliveryView(delivery: EndpointDelivery): object {
  return {
    id: delivery.id,
    event_type: delivery.eventType,
    state: delivery.state,
    tries: delivery.tries,
    http_status: delivery.httpStatus || null,
    error:
      delivery.errorCode === ''
        ? null
        : { code: delivery.errorCode, message: delivery.errorMessage },
    created_at: delivery.createdAt,
    last_try_at: delivery.lastTryAt || null,
    next_try_at: delivery.nextTryAt || null,
  };
}
