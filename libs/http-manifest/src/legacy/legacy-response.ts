import { nearestName } from '@made-open/manifest';
import { pointerTo } from '../check/pointer.ts';
import type { JobStatus, ResponseMap } from '../http-manifest.ts';
import { jobStatuses } from '../schema/response-schema.ts';
import type { Findings } from './report.ts';
import { isFields, textOf, unknownFields, type Fields } from './values.ts';

const known = ['job_id', 'status', 'status_map', 'error'];
const words: Readonly<Record<string, JobStatus>> = {
  success: 'succeeded',
  succeeded: 'succeeded',
  completed: 'succeeded',
  delivered: 'succeeded',
  failed: 'failed',
  failure: 'failed',
  error: 'failed',
  canceled: 'cancelled',
  pending: 'queued',
  processing: 'in_progress',
  sending: 'in_progress',
};

const usual = {
  ...Object.fromEntries(jobStatuses.map((status) => [status, status])),
  SUCCESS: 'succeeded',
  success: 'succeeded',
  FAILED: 'failed',
} as const;

/** What answers mean, with the places that Faxbot looks at unless it is told otherwise. */
export function legacyResponse(value: unknown, pointer: string, findings: Findings): ResponseMap {
  const fields = isFields(value) ? value : {};
  if (value !== undefined && !isFields(value)) findings.error(pointer, 'must be an object');
  for (const name of unknownFields(fields, known))
    findings.error(pointerTo(pointer, name), unknownMessage(name));
  const error = textOf(fields['error']);
  return {
    job_id: textOf(fields['job_id']) ?? 'id',
    status: textOf(fields['status']) ?? 'status',
    // Faxbot took any answer below 400 without a status for one that is queued; only 2xx is one of success here.
    default_status: 'queued',
    ...statusMap(fields, pointer, findings),
    ...(error === undefined ? {} : { error }),
  };
}

function unknownMessage(name: string): string {
  const meant = /id$/iu.test(name) ? 'job_id' : nearestName(name, known);
  const help =
    meant === undefined ? `Faxbot knows ${known.join(', ')}` : `did you mean "${meant}"?`;
  return `response.${name.slice(0, 60)} is unknown; ${help}`;
}

function statusMap(
  fields: Fields,
  pointer: string,
  findings: Findings,
): Pick<ResponseMap, 'status_map'> {
  const map = fields['status_map'];
  const place = pointerTo(pointer, 'status_map');
  if (map === undefined) {
    findings.warn(
      place,
      'there is no status map: words of the provider that are not ours count as unknown',
    );
    // Words that mean the same everywhere, as Faxbot passed them on.
    return { status_map: usual };
  }
  if (!isFields(map)) {
    findings.error(place, 'must be an object');
    return {};
  }
  return {
    status_map: Object.fromEntries(
      Object.entries(map).map(([word, meaning]) => [
        word,
        statusOf(meaning, pointerTo(place, word), findings),
      ]),
    ),
  };
}

function statusOf(meaning: unknown, pointer: string, findings: Findings): JobStatus {
  const text = textOf(meaning)?.toLowerCase() ?? '';
  const status = words[text] ?? jobStatuses.find((each) => each === text);
  if (status === undefined)
    findings.warn(pointer, `means nothing here; the states are ${jobStatuses.join(', ')}`);
  return status ?? 'unknown';
}
