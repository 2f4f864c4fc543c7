export type RenderErrorCode =
  | 'http_manifest.render'
  | 'invalid_header_value'
  | 'invalid_path_parameter'
  | 'invalid_server'
  | 'file_unavailable'
  | 'file_too_large';

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
