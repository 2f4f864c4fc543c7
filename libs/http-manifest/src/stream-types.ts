import type { Condition, RequestTemplate, Retry } from './http-manifest.ts';

/** Records of one kind, drawn page by page. */
export interface Stream {
  readonly request: RequestTemplate;
  /** RFC 9535 subset, for example `$.members[*]`. */
  readonly record_selector: { readonly path: string };
  readonly pagination?: Pagination;
  readonly incremental?: Incremental;
  readonly map: EntityMap;
  readonly max_pages?: number;
  readonly retry?: Retry;
}

export type Pagination =
  | { readonly type: 'none' }
  | {
      readonly type: 'cursor';
      readonly cursor_path: string;
      readonly cursor_param: string;
      readonly limit_param?: string;
      readonly limit?: number;
      readonly stop_when?: Condition;
    }
  | {
      readonly type: 'offset';
      readonly offset_param: string;
      readonly limit_param: string;
      readonly limit: number;
      readonly total_path?: string;
    }
  | {
      readonly type: 'page';
      readonly page_param: string;
      readonly start?: number;
      readonly limit_param?: string;
      readonly limit?: number;
      readonly total_pages_path?: string;
    }
  | {
      readonly type: 'link';
      /** `Link: <…>; rel="next"` (RFC 8288) unless `next_path` names the next URL in the body. */
      readonly next_path?: string;
      readonly limit_param?: string;
      readonly limit?: number;
    };

/** Only what is newer than the newest record seen. */
export interface Incremental {
  readonly cursor_field?: string;
  readonly request_param?: string;
  readonly format?: 'iso8601' | 'unix_seconds' | 'unix_ms' | 'raw';
  readonly lookback_ms?: number;
  /** A token of the last page that stands for all seen so far. */
  readonly sync_token_path?: string;
}

/** What a record is in the unified model; `data` holds paths of the record. */
export interface EntityMap {
  readonly type: 'person' | 'message' | 'calendar_event' | 'document';
  readonly external_id: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly deleted_when?: Condition;
}
