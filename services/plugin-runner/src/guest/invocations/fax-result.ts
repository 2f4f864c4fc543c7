import { GuestError } from '../guest-error.ts';
import { apply, get, toText } from '../primordials.ts';

/** FaxResult of the SDK. */
export interface FaxResult {
  readonly jobId?: string;
  readonly status: string;
  readonly providerStatus?: string;
  readonly pages?: number;
  readonly error?: string;
  readonly errorCode?: string;
}

const known = [
  'accepted',
  'queued',
  'in_progress',
  'succeeded',
  'failed',
  'cancelled',
  'unknown',
] as const;
// Called by `apply` only.
/* oxlint-disable typescript/unbound-method */
const { toLowerCase } = String.prototype;
const { indexOf } = Array.prototype;
const { isFinite } = Number;
/* oxlint-enable typescript/unbound-method */

/** What a provider's function returned, in the words of the platform: a text that it does not know is `unknown`, never a success. */
export function faxResult(returned: unknown, unsaid: 'accepted' | 'unknown'): FaxResult {
  if (returned === undefined || returned === null) return { status: 'unknown' };
  if (typeof returned !== 'object')
    throw new GuestError(
      'sandbox.fax_result',
      `a fax function must return an object with jobId and status, not a ${typeof returned}`,
    );
  const said = textOf(get(returned, 'status'));
  const jobId = idOf(firstOf(returned, ['jobId', 'job_id', 'providerSid', 'provider_sid']));
  const pages: unknown = get(returned, 'pages');
  return {
    ...named('jobId', jobId),
    status: said === undefined ? statusUnsaid(returned, jobId, unsaid) : statusOf(said),
    ...named(
      'providerStatus',
      textOf(firstOf(returned, ['providerStatus', 'provider_status'])) ?? said,
    ),
    ...(typeof pages === 'number' && isFinite(pages) ? { pages } : {}),
    ...named('error', textOf(get(returned, 'error'))),
    ...named('errorCode', idOf(firstOf(returned, ['errorCode', 'error_code']))),
  };
}

/** Nothing where there is nothing to say. */
function named(
  name: 'jobId' | 'providerStatus' | 'error' | 'errorCode',
  value: string | undefined,
): Partial<FaxResult> {
  return value === undefined ? {} : { [name]: value };
}

/** What `cancelFax` returned: also true or false. */
export function cancelResult(returned: unknown): FaxResult {
  if (returned === true) return { status: 'cancelled' };
  if (returned === false)
    return {
      status: 'unknown',
      errorCode: 'fax.not_cancelled',
      error: 'the provider did not cancel the fax',
    };
  return faxResult(returned, 'unknown');
}

function statusUnsaid(
  returned: object,
  jobId: string | undefined,
  unsaid: 'accepted' | 'unknown',
): string {
  if (get(returned, 'accepted') === false) return 'failed';
  return jobId === undefined ? 'unknown' : unsaid;
}

function statusOf(said: string): string {
  const word = apply(toLowerCase, said, []);
  if (word === 'success') return 'succeeded';
  if (word === 'canceled') return 'cancelled';
  return apply(indexOf, known, [word]) === -1 ? 'unknown' : word;
}

function firstOf(returned: object, names: readonly string[]): unknown {
  for (let at = 0; at < names.length; at++) {
    const value: unknown = get(returned, names[at] ?? '');
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'number' && isFinite(value) ? toText(value) : textOf(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
