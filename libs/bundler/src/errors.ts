/** What was given cannot be made one script; `errors` names every fault with its file and line. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly code: 'bundle.invalid' | 'bundle.no_entry' | 'bundle.too_large' | 'bundle.wheel';
  readonly retry = 'never';
  readonly errors: readonly string[];

  constructor(code: BundleError['code'], message: string, errors: readonly string[] = []) {
    super(message);
    this.code = code;
    this.errors = errors;
  }
}
