/** A valid key that may not do this. */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError';
  readonly code = 'key.forbidden';
  readonly retry = 'never';

  constructor(scope: string | undefined) {
    super(
      scope === undefined
        ? 'this route is open to no key'
        : `the key lacks the scope ${scope}; ask for a key that has it`,
    );
  }
}

/** A key that cannot be registered. */
export class InvalidKeyError extends Error {
  override readonly name = 'InvalidKeyError';
  readonly code = 'gateway.key_invalid';
  readonly retry = 'never';

  constructor(faults: readonly string[]) {
    super(`the key cannot be registered: ${faults.join('; ')}`);
  }
}

/** Another key is registered under this id. */
export class KeyConflictError extends Error {
  override readonly name = 'KeyConflictError';
  readonly code = 'gateway.key_conflict';
  readonly retry = 'never';

  constructor(id: string) {
    super(`another key has the id ${id}; make a new one`);
  }
}

/** A URL with something behind a % that says no character. */
export class MalformedUrlError extends Error {
  override readonly name = 'MalformedUrlError';
  readonly code = 'request.url_invalid';
  readonly retry = 'never';

  constructor() {
    super(
      'the URL is not valid: behind each % there have to be bytes of UTF-8; write % itself as %25',
    );
  }
}

/** One parameter and what it should have been. */
export interface ParameterFault {
  readonly parameter: string;
  readonly detail: string;
}

/** Parameters of a request that are not right; all of them at once. */
export class InvalidParametersError extends Error {
  override readonly name = 'InvalidParametersError';
  readonly code = 'request.parameters_invalid';
  readonly retry = 'never';
  readonly status = 400;
  /** Further members of the problem. */
  readonly members: { readonly errors: readonly ParameterFault[] };

  constructor(faults: readonly ParameterFault[]) {
    super(faults.map(({ parameter, detail }) => `${parameter} ${detail}`).join('; '));
    this.members = { errors: faults };
  }
}

/** There is no such entity in the space of the key. */
export class EntityNotFoundError extends Error {
  override readonly name = 'EntityNotFoundError';
  readonly code = 'entity.not_found';
  readonly retry = 'never';

  constructor(type: string) {
    super(`there is no ${type} with this id`);
  }
}

/** There is no such file in the space of the key. */
export class FileNotFoundError extends Error {
  override readonly name = 'FileNotFoundError';
  readonly code = 'file.not_found';
  readonly retry = 'never';

  constructor() {
    super('there is no file with this id');
  }
}

/** There is no type of entity with this name. */
export class SchemaNotFoundError extends Error {
  override readonly name = 'SchemaNotFoundError';
  readonly code = 'schema.not_found';
  readonly retry = 'never';

  constructor(types: readonly string[]) {
    super(`there is no type with this name; there are ${types.join(', ')}`);
  }
}

/** Who knows the answer, another service or the database, does not give it at the moment. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
  readonly code = 'gateway.unavailable';
  readonly retry = 'later';
  readonly retryAfterSeconds = 2;

  constructor(cause: unknown) {
    super('the answer is not available at the moment; ask again', { cause });
  }
}

/** The process ends; another one, or this one after its start, serves the stream. */
export class StreamsClosedError extends Error {
  override readonly name = 'StreamsClosedError';
  readonly code = 'gateway.stopping';
  readonly retry = 'later';
  readonly retryAfterSeconds = 2;

  constructor() {
    super('the service stops; open the stream again');
  }
}

/** No webhook has this address; which part of it is wrong is nobody's business. */
export class WebhookNotFoundError extends Error {
  override readonly name = 'WebhookNotFoundError';
  readonly code = 'webhook.not_found';
  readonly retry = 'never';

  constructor() {
    super('there is no webhook at this address');
  }
}

/** Nothing proves that a request to a webhook comes from its provider. */
export class UnverifiedWebhookError extends Error {
  override readonly name = 'UnverifiedWebhookError';
  readonly code = 'webhook.unauthenticated';
  readonly retry = 'never';

  constructor() {
    super('the sender is not proven');
  }
}

/** More requests to webhooks than are taken from an address, or for a connection. */
export class TooManyWebhooksError extends Error {
  override readonly name = 'TooManyWebhooksError';
  readonly code = 'webhook.too_many_requests';
  readonly retry = 'never';
  readonly retryAfterSeconds: number;

  constructor(waitMs: number) {
    super('too many requests; send it again later');
    this.retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  }
}

/** A request of another service that says nothing that could be done. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
  readonly code = 'gateway.invalid_request';
  readonly retry = 'never';
}

/** A runner tells of a delivery that is not its plugin's. */
export class ForeignDeliveryError extends Error {
  override readonly name = 'ForeignDeliveryError';
  readonly code = 'gateway.foreign_delivery.forbidden';
  readonly retry = 'never';

  constructor(deliveryId: string, pluginId: string) {
    super(`delivery ${deliveryId} does not belong to the plugin ${pluginId}`);
  }
}

/** A delivery that the database will never take: those behind it must not wait for it. */
export class UnstorableDeliveryError extends Error {
  override readonly name = 'UnstorableDeliveryError';
  readonly code = 'gateway.delivery_unstorable';
  readonly retry = 'never';

  constructor(deliveryId: string, cause: unknown) {
    super(`delivery ${deliveryId} cannot be stored; it is among the dead letters`, { cause });
  }
}
