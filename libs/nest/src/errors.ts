/** The environment of a service is wrong; all faults at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config.invalid';
  readonly retry = 'never';

  constructor(faults: readonly string[]) {
    super(`the environment is not right:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** A consumer of the service brings messages that none of its handlers takes. */
export class MissingHandlerError extends Error {
  override readonly name = 'MissingHandlerError';
  readonly code = 'nest.missing_handler';
  readonly retry = 'never';

  constructor(consumer: string, subjects: readonly string[]) {
    super(
      `consumer ${consumer} brings ${subjects.join(', ')}, which no handler takes: ` +
        'add a handler, or remove the consumer from the route in proto/',
    );
  }
}

/** A handler of Nest's own decorators: the transport cannot know how its messages are to be read. */
export class UnknownHandlerError extends Error {
  override readonly name = 'UnknownHandlerError';
  readonly code = 'nest.unknown_handler';
  readonly retry = 'never';

  constructor(pattern: string) {
    super(`the handler of ${pattern} needs @OnCall, @OnEvent, @OnEvents or @OnCommand`);
  }
}

/** A request without a valid key, or with an access token that is not valid. */
export class UnauthenticatedError extends Error {
  override readonly name = 'UnauthenticatedError';
  readonly code: string;
  readonly retry = 'never';
  readonly status = 401;
  /** Value of `WWW-Authenticate`. */
  readonly challenge: string;

  constructor(
    message = 'send a valid API key as "Authorization: Bearer mop_…"',
    code = 'key.unauthenticated',
    challenge = 'Bearer',
  ) {
    super(message);
    this.code = code;
    this.challenge = challenge;
  }
}

/** Too many requests of a key, or too many wrong keys from an address. */
export class TooManyRequestsError extends Error {
  override readonly name = 'TooManyRequestsError';
  readonly code = 'key.too_many_requests';
  readonly retry = 'never';
  readonly retryAfterSeconds: number;

  constructor(reason: string, waitMs: number) {
    super(reason);
    this.retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  }
}
