import { describeError } from '@made-open/bus';
import { CircuitOpenError, SandboxError } from '../errors.ts';
import { endOf } from '../runs/run-end.ts';

/** Why an invocation failed, fit to be kept and shown. */
export interface InvocationFault {
  readonly error: { readonly code: string; readonly message: string; readonly stack?: string };
  readonly permanent: boolean;
  readonly retryAfterMs: number;
}

/** The same call comes to the same end: the code of the plugin, or what it may do, must change first. */
const lasting = new Set([
  'capability.denied',
  'files.invalid',
  'files.not_found',
  'files.too_large',
  'http.auth',
  'http.auth_refused',
  'http.credential_misplaced',
  'http.credentials_missing',
  'http.file_too_large',
  'http.file_unavailable',
  'http.invalid_header_value',
  'http.invalid_path_parameter',
  'http.invalid_server',
  'http.request',
  'http_manifest.render',
  'http_manifest.template',
  'invocation.refused',
  'sandbox.checkpoint_too_large',
  'sandbox.event_invalid',
  'sandbox.event_too_large',
  'sandbox.fax_result',
  'sandbox.frame_format',
  'sandbox.invocation_too_large',
  'sandbox.operator_result',
  'sandbox.result_too_large',
  'sandbox.secret_in_data',
  'sandbox.subscription_result',
  'sandbox.unknown_invocation',
  'sandbox.webhook_result',
]);
/** Something is missing in the plugin: a handler, a function, the plugin itself. */
const missing = /^sandbox\.no_/u;

/** What a plugin throws that cannot make sense of what it was given. */
const wrongInput = new Set(['TypeError', 'RangeError']);

/** Of 4xx: a wait helps. */
const passing4xx = new Set([408, 425, 429]);

/** What an error says of the invocation, with secrets taken out; undefined for one that is the runner's own. */
export function invocationFaultOf(
  error: unknown,
  redact: (text: string) => string,
  send?: { readonly hasReachedOut: boolean },
): InvocationFault | undefined {
  const end = endOf(error, redact);
  if (end === undefined) return undefined;
  const { code, message } = describeError(error);
  const told = end.error ?? { code, message: redact(message) };
  return {
    error: told,
    permanent:
      end.permanent === true ||
      lasting.has(told.code) ||
      missing.test(told.code) ||
      (send !== undefined && isRefused(error, send)),
    retryAfterMs: retryAfterMsOf(error),
  };
}

/** The provider will not take the same message another time, or the plugin did not even ask it to. */
function isRefused(
  error: unknown,
  { hasReachedOut }: { readonly hasReachedOut: boolean },
): boolean {
  if (!(error instanceof SandboxError)) return false;
  const { status = 0, code, name = '' } = error.failure;
  if (!hasReachedOut && code === 'plugin.error' && wrongInput.has(name)) return true;
  return status >= 400 && status < 500 && !passing4xx.has(status);
}

function retryAfterMsOf(error: unknown): number {
  if (error instanceof CircuitOpenError) return error.retryAfterMs;
  return error instanceof SandboxError ? Math.ceil(error.failure.retryAfterMs ?? 0) : 0;
}
