import type { OutboundState } from './outbound.ts';

/** There is no such connection in the space of the key. */
export class ChannelNotFoundError extends Error {
  override readonly name = 'ChannelNotFoundError';
  readonly code = 'connection.not_found';
  readonly retry = 'never';
  readonly status = 404;

  constructor() {
    super('there is no connection with this id');
  }
}

/** A connection that sends nothing. */
export class NoChannelError extends Error {
  override readonly name = 'NoChannelError';
  readonly code = 'connection.no_channel';
  readonly retry = 'never';
  readonly status = 409;

  constructor(type: string) {
    super(`this is a connection of a ${type}; only channels send: use one of a channel`);
  }
}

/** A channel that nobody lets send now. */
export class InactiveChannelError extends Error {
  override readonly name = 'InactiveChannelError';
  readonly code = 'connection.not_active';
  readonly retry = 'never';
  readonly status = 409;

  constructor(state: string) {
    super(`this connection is ${state}; send again when an operator has made it active`);
  }
}

/** An idempotency key stands for one content. */
export class IdempotencyKeyReusedError extends Error {
  override readonly name = 'IdempotencyKeyReusedError';
  readonly code = 'idempotency.key_reused';
  readonly retry = 'never';
  readonly status = 422;

  constructor() {
    super('this Idempotency-Key was used for another request within a day; use a new key');
  }
}

/** There is no such message or call of the connection. */
export class OutboundNotFoundError extends Error {
  override readonly name = 'OutboundNotFoundError';
  readonly code = 'outbound.not_found';
  readonly retry = 'never';
  readonly status = 404;

  constructor(kind: string) {
    super(`there is no ${kind} with this id at this connection`);
  }
}

/** What is on its way cannot be called back. */
export class NotQueuedError extends Error {
  override readonly name = 'NotQueuedError';
  readonly code = 'outbound.not_queued';
  readonly retry = 'never';
  readonly status = 409;

  constructor(state: OutboundState) {
    super(`it is ${state}; only what is queued can be cancelled`);
  }
}

/** A runner asked for an attempt that is none of its plugin's. */
export class AttemptNotFoundError extends Error {
  override readonly name = 'AttemptNotFoundError';
  readonly code = 'attempt.not_found';
  readonly retry = 'never';

  constructor() {
    super('there is no such attempt of this plugin');
  }
}

/** A link to a file that is none, or whose time is over. */
export class LinkNotFoundError extends Error {
  override readonly name = 'LinkNotFoundError';
  readonly code = 'link.not_found';
  readonly retry = 'never';
  readonly status = 404;

  constructor() {
    super('there is no such link, or its time is over');
  }
}
