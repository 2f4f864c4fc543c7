/** One fault of a document: where it is (RFC 6901), and what is wanted. */
export interface HttpManifestFault {
  readonly pointer: string;
  readonly message: string;
  /** For faults that programs tell apart. */
  readonly code?: 'secret_in_manifest';
}

export type HttpManifestErrorCode =
  'http_manifest.invalid' | 'http_manifest.too_large' | 'secret_in_manifest';

/** A document that is no HTTP manifest; all its faults at once, without its values. */
export class HttpManifestError extends Error {
  override readonly name = 'HttpManifestError';
  readonly code: HttpManifestErrorCode;
  readonly retry = 'never';
  readonly errors: readonly HttpManifestFault[];

  constructor(errors: readonly HttpManifestFault[], code?: HttpManifestErrorCode) {
    const [first, ...others] = errors;
    const more = others.length === 0 ? '' : ` (and ${String(others.length)} more)`;
    const place = first === undefined || first.pointer === '' ? '' : `${first.pointer} `;
    super(`the HTTP manifest is not valid: ${place}${first?.message ?? ''}${more}`);
    this.errors = errors;
    this.code =
      code ??
      (errors.some((fault) => fault.code === 'secret_in_manifest')
        ? 'secret_in_manifest'
        : 'http_manifest.invalid');
  }
}
