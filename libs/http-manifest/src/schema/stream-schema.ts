import {
  choice,
  exactly,
  free,
  line,
  object,
  oneOf,
  ref,
  text,
  whole,
  type Schema,
} from './kinds.ts';

const path = (description: string): Schema => text(description, { min: 1, max: 400 });
const param = (description: string): Schema => line(description, 100);
const limit = whole('records of a page', 1, 10_000);

const paginations = [
  object('One page holds everything.', { type: exactly('none') }, ['type']),
  object(
    'Each page names the next by a token.',
    {
      type: exactly('cursor'),
      cursor_path: path('where the token is in a page'),
      cursor_param: param('query parameter that takes it'),
      limit_param: param('query parameter for the size of a page'),
      limit,
      stop_when: ref('Condition', 'of the page; the last one, whatever its token'),
    },
    ['type', 'cursor_path', 'cursor_param'],
  ),
  object(
    'By how many records to leave out.',
    {
      type: exactly('offset'),
      offset_param: param('query parameter for how many'),
      limit_param: param('query parameter for the size of a page'),
      limit,
      total_path: path('where a page says how many there are'),
    },
    ['type', 'offset_param', 'limit_param', 'limit'],
  ),
  object(
    'By the number of the page.',
    {
      type: exactly('page'),
      page_param: param('query parameter for the number'),
      start: whole('number of the first one; 1 unless given', 0, 1),
      limit_param: param('query parameter for the size of a page'),
      limit,
      total_pages_path: path('where a page says how many there are'),
    },
    ['type', 'page_param'],
  ),
  object(
    'Each page gives the URL of the next, in the header Link unless `next_path` says where.',
    {
      type: exactly('link'),
      next_path: path('where the URL is in the body'),
      limit_param: param('query parameter for the size of a page'),
      limit,
    },
    ['type'],
  ),
];

/** Records that are drawn. */
export const streamDefinitions = {
  Stream: object(
    'Records of one kind, drawn page by page.',
    {
      request: ref('Request', 'the first page'),
      record_selector: object(
        'where the records of a page are',
        { path: path('for example `$.members[*]`') },
        ['path'],
      ),
      pagination: ref('Pagination', 'one page unless given'),
      incremental: ref('Incremental'),
      map: ref('EntityMap'),
      max_pages: whole('of one run', 1, 100_000),
      retry: ref('Retry'),
    },
    ['request', 'record_selector', 'map'],
  ),
  Pagination: choice('How the next page is asked for.', 'type', paginations),
  Incremental: object('Only what is newer than what was seen.', {
    cursor_field: path('field of a record that grows, for example `updated_at`'),
    request_param: param('query parameter that takes the newest value seen'),
    format: oneOf('how it is written', ['iso8601', 'unix_seconds', 'unix_ms', 'raw']),
    lookback_ms: whole('how much earlier to begin', 0, 604_800_000),
    sync_token_path: path('token of the last page that stands for all seen so far'),
  }),
  EntityMap: object(
    'What a record is in the unified model.',
    {
      type: oneOf('kind of entity', ['person', 'message', 'calendar_event', 'document']),
      external_id: path("the provider's id of it"),
      data: free('fields of the entity, with paths of the record as values'),
      deleted_when: ref('Condition', 'when the record says that it is gone'),
    },
    ['type', 'external_id', 'data'],
  ),
};
