/** A search that cannot be carried out as it was asked. */
export class SearchQueryError extends Error {
  override readonly name = 'SearchQueryError';
  readonly code = 'search.query_invalid';
  readonly retry = 'never';
}
