/** Whether it makes sense to try again. */
/** 'elsewhere': the same message is in hand somewhere else, and settled there. */
export type Retry = 'never' | 'later' | 'elsewhere';

/** A stream, or the subject within it, is full; the publisher has to wait. */
export class BusFullError extends Error {
  override readonly name = 'BusFullError';
  readonly code = 'bus.full';
  readonly retry = 'later';

  constructor(subject: string, options?: ErrorOptions) {
    super(`the stream of ${subject} takes no more messages until its consumers catch up`, options);
  }
}

/** A message could not be stored: no connection, no stream. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly code = 'bus.publish';
  readonly retry = 'later';

  constructor(subject: string, cause: unknown) {
    super(
      `publishing to ${subject} failed: ${cause instanceof Error ? cause.message : 'unknown error'}`,
      { cause },
    );
  }
}

/** The message is larger than the server takes. */
export class MessageTooLargeError extends Error {
  override readonly name = 'MessageTooLargeError';
  readonly code = 'bus.message_too_large';
  readonly retry = 'never';

  constructor(subject: string, bytes: number, limitBytes: number) {
    super(
      `the message for ${subject} has ${String(bytes)} bytes and NATS takes ${String(limitBytes)}; split it`,
    );
  }
}

/** The NATS user of this process may not publish there. */
export class BusPermissionError extends Error {
  override readonly name = 'BusPermissionError';
  readonly code = 'bus.permission_denied';
  /** The fault lies in the credentials, not in the message. */
  readonly retry = 'later';

  constructor(user: string, subject: string, options?: ErrorOptions) {
    super(
      `permissions violation: the NATS user of ${user} may not publish to ${subject}; ` +
        'is the service named as publisher or caller in proto/, and were the credentials made since?',
      options,
    );
  }
}

/** Nobody answered a request in time. */
export class CallTimeoutError extends Error {
  override readonly name = 'CallTimeoutError';
  readonly code = 'bus.call_timeout';
  readonly retry = 'later';

  constructor(subject: string, timeoutMs: number) {
    super(`no answer to ${subject} within ${String(timeoutMs)} ms; is the service running?`);
  }
}

/** The answer to a request was an error; code and retry are those of the answering service. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: string;
  readonly retry: Retry;

  constructor(code: string, message: string, retry: Retry) {
    super(message);
    this.code = code;
    this.retry = retry;
  }
}

/** A message that does not have the form its contract gives it. */
export class WireFormatError extends Error {
  override readonly name = 'WireFormatError';
  readonly code = 'bus.wire_format';
  readonly retry = 'never';

  constructor(type: string, cause: unknown) {
    super(`not a ${type}: ${cause instanceof Error ? cause.message : 'unreadable'}`, { cause });
  }
}

/** A stream could not be read: no answer, or not the one expected. */
export class StreamReadError extends Error {
  override readonly name = 'StreamReadError';
  readonly code = 'bus.stream_read';
  readonly retry = 'later';

  constructor(stream: string, reason: string) {
    super(`reading the stream ${stream} failed: ${reason}`);
  }
}
