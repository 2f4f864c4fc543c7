/** A search that cannot be carried out as it was asked. */
export class SearchQueryError extends Error {
  override readonly name = 'SearchQueryError';
  readonly code = 'search.query_invalid';
  readonly retry = 'never';
}

/** A change that names no entity; nothing can be indexed of it. */
export class InvalidChangeError extends Error {
  override readonly name = 'InvalidChangeError';
  readonly code = 'search.change_invalid';
  readonly retry = 'never';

  constructor(count: number) {
    super(
      `${String(count)} changes of this batch lack entity.entity_id (a UUID) or entity.space_id`,
    );
  }
}

/** The engine does not answer, or not in time. */
export class IndexUnavailableError extends Error {
  override readonly name = 'IndexUnavailableError';
  readonly code = 'search.unavailable';
  readonly retry = 'later';

  constructor(cause: unknown) {
    super('the search index does not answer at the moment', { cause });
  }
}

/** The engine refuses a document or a question; it would refuse it again. */
export class IndexRefusedError extends Error {
  override readonly name = 'IndexRefusedError';
  readonly code = 'search.refused';
  readonly retry = 'never';

  /** `reason` is the engine's own code, never its message: that may quote a document. */
  constructor(reason: string) {
    super(`the search engine refuses what it was given (${reason})`);
  }
}

/** What was indexed lies in an engine that this process was not told of. */
export class EngineMissingError extends Error {
  override readonly name = 'EngineMissingError';
  readonly code = 'search.engine_missing';
  readonly retry = 'later';

  constructor() {
    super(
      'an index lies in Meilisearch; give MEILISEARCH_URL and MEILISEARCH_KEY_FILE until it has been replaced',
    );
  }
}
