import type { JobStatus, ResponseMap } from '../http-manifest.ts';
import { isSuccess } from './conditions.ts';
import { extract, extractText } from './extract.ts';
import { mapStatus } from './map-status.ts';
import { maskCode, maskText } from './mask-text.ts';
import type { ProviderAnswer } from './provider-answer.ts';

/** What an answer says of a job; the words of FaxResult. */
export interface JobResult {
  readonly jobId?: string | undefined;
  readonly status: JobStatus;
  /** In the provider's words. */
  readonly providerStatus?: string | undefined;
  readonly pages?: number | undefined;
  readonly error?: string | undefined;
  readonly errorCode?: string | undefined;
}

/** Why an answer is no success. */
export interface Refusal {
  readonly httpStatus: number;
  readonly error?: string | undefined;
  readonly errorCode?: string | undefined;
}

export interface MapOptions {
  /** Of a job that the answer gives no status of. */
  readonly usualStatus: JobStatus;
  /** The provider must have given an id, without which nobody can ask how the job stands. */
  readonly needsId: boolean;
  /** For fixtures only. */
  readonly isUnmasked?: boolean;
}

/** Undefined when the answer is a success. */
export function refusalOf(
  map: ResponseMap | undefined,
  answer: ProviderAnswer,
  isUnmasked = false,
): Refusal | undefined {
  if (isSuccess(map?.success, answer)) return undefined;
  return { httpStatus: answer.status, ...errorOf(map, answer, isUnmasked) };
}

/** Of an answer that is a success. */
export function mapResponse(
  map: ResponseMap | undefined,
  answer: ProviderAnswer,
  { usualStatus, needsId, isUnmasked = false }: MapOptions,
): JobResult {
  const { job_id: id, pages: count, ...state } = map ?? {};
  const jobId = extractText(id, answer);
  const pages = extract(count, answer);
  const told = {
    jobId,
    ...stateOf(state, answer, usualStatus),
    pages: typeof pages === 'number' ? pages : undefined,
    ...errorOf(map, answer, isUnmasked),
  };
  const isLost = needsId && jobId === undefined && !isFinal(told.status);
  return isLost ? { ...told, ...withoutId } : told;
}

function stateOf(
  { status, status_map: map, default_status: usual }: ResponseMap,
  answer: ProviderAnswer,
  usualStatus: JobStatus,
): Pick<JobResult, 'status' | 'providerStatus'> {
  const word = extractText(status, answer);
  if (word === undefined) return { status: usual ?? usualStatus };
  return { status: mapStatus(map, word), providerStatus: maskText(word).slice(0, 128) };
}

/** Outputs of a step, by name. */
export function outputsOf(
  map: ResponseMap | undefined,
  answer: ProviderAnswer,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(map?.outputs ?? {}).map(([name, extractor]) => [
      name,
      extract(extractor, answer),
    ]),
  );
}

export function isFinal(status: JobStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}

const withoutId = {
  status: 'unknown',
  errorCode: 'no_provider_id',
  error: 'the provider took the request and gave no id, so nobody can ask it how the job stands',
} as const;

function errorOf(
  map: ResponseMap | undefined,
  answer: ProviderAnswer,
  isUnmasked: boolean,
): Pick<JobResult, 'error' | 'errorCode'> {
  const error = extractText(map?.error, answer);
  const code = extractText(map?.error_code, answer) ?? codeLike(error);
  if (isUnmasked) return { error, errorCode: code };
  return { error: error && maskText(error), errorCode: code && maskCode(code) };
}

/** Some providers' only text is a code: `channel_not_found`. */
function codeLike(error: string | undefined): string | undefined {
  return error !== undefined && /^[a-z]+(?:_[a-z]+)+$/u.test(error) ? error : undefined;
}
