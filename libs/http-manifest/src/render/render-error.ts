export type RenderErrorCode =
  | 'http_manifest.render'
  | 'http.invalid_header_value'
  | 'http.invalid_path_parameter'
  | 'http.invalid_server'
  | 'http.file_unavailable'
  | 'http.file_too_large';

/** A request that cannot be made of what was given. It holds no value. */
export class RenderError extends Error {
  override readonly name = 'RenderError';
  readonly code: RenderErrorCode;
  readonly retry = 'never';

  constructor(code: RenderErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
