/** A request that was refused before or while it was made; `reason` is stable and tells nothing of the network. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly code: string;
  readonly reason: string;
  readonly retry: 'never' | 'later';

  constructor(
    reason: string,
    message: string,
    retry: 'never' | 'later' = 'never',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.reason = reason;
    this.retry = retry;
    this.code = `egress.${reason.toLowerCase()}`;
  }
}

/** The operator's overrides cannot be used; the message names the entry. */
export class OverridesError extends Error {
  override readonly name = 'OverridesError';
  readonly code = 'egress.overrides';
  readonly retry = 'never';
}

/** The proxy of outgoing requests cannot be used. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code = 'egress.proxy';
  readonly retry = 'never';
}

/** The code that Node gave a fault; when every address of a host failed, that of the first. */
export function faultCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const all: unknown = Reflect.get(error, 'errors');
  if (Array.isArray(all) && all.length > 0) return faultCode(all[0]);
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : 'unknown';
}
