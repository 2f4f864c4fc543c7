/** Nobody has the slot: a fax never goes through another provider by itself. */
export class NoActiveProviderError extends Error {
  override readonly name = 'NoActiveProviderError';
  readonly code = 'fax.no_active_provider';
  readonly retry = 'never';
  readonly status = 409;

  constructor() {
    super(
      'no provider is active for outbound faxes; name a connection_id, or have an operator choose one',
    );
  }
}

/** A connection whose plugin sends no faxes. */
export class NoFaxProviderError extends Error {
  override readonly name = 'NoFaxProviderError';
  readonly code = 'connection.no_fax';
  readonly retry = 'never';
  readonly status = 409;

  constructor() {
    super(
      'the plugin of this connection lists no action send_fax; use a connection of a fax provider',
    );
  }
}

/** There is no such fax in the space of the key. */
export class FaxNotFoundError extends Error {
  override readonly name = 'FaxNotFoundError';
  readonly code = 'fax.not_found';
  readonly retry = 'never';
  readonly status = 404;

  constructor() {
    super('there is no fax with this id');
  }
}

/** What a fax is by now cannot be called back. */
export class NotCancellableError extends Error {
  override readonly name = 'NotCancellableError';
  readonly code = 'fax.not_cancellable';
  readonly retry = 'never';
  readonly status = 409;

  constructor(reason: string) {
    super(`the fax cannot be cancelled: ${reason}`);
  }
}

/** A runner answered a question that is none of its plugin's. */
export class FaxQuestionNotFoundError extends Error {
  override readonly name = 'FaxQuestionNotFoundError';
  readonly code = 'fax_question.not_found';
  readonly retry = 'never';

  constructor() {
    super('there is no such fax of this plugin');
  }
}

/** A file that no provider can fax. */
export class FaxFileError extends Error {
  override readonly name = 'FaxFileError';
  readonly retry = 'never';
  readonly code: string;
  readonly status: number;

  constructor(code: keyof typeof fileStatuses, message: string) {
    super(message);
    this.code = code;
    this.status = fileStatuses[code];
  }
}

const fileStatuses = {
  'fax.file_too_large': 413,
  'fax.file_unsupported': 415,
  'fax.file_empty': 422,
  'fax.text_unprintable': 422,
} as const;

/** Trying out a provider takes more than one field. */
export class TestSendRefusedError extends Error {
  override readonly name = 'TestSendRefusedError';
  readonly retry = 'never';

  constructor(
    readonly code: 'fax.test_disabled' | 'fax.test_unconfirmed' | 'fax.test_number',
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}
