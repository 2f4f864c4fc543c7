import type { Condition, Extractor, JobStatus, ResponseMap } from '@made-open/http-manifest';
import { CodePlanError } from './plan-error.ts';
import { pathOf } from './plan-path.ts';
import { patternOf } from './plan-pattern.ts';
import type { AnswerPlan, ConditionPlan, ExtractPlan, RangePlan } from './plan.ts';

/** What the answers of a request mean. */
export function answerOf(response: ResponseMap = {}, pointer: string): AnswerPlan {
  const { success = {}, default_status: unsaid } = response;
  const { status = ['2xx'], when = [] } = success;
  return {
    success: status,
    when: when.map((each, index) => conditionOf(each, `${pointer}/success/when/${String(index)}`)),
    jobId: extractOf(response.job_id, `${pointer}/job_id`),
    status: extractOf(response.status, `${pointer}/status`),
    ...statusesOf(response.status_map, `${pointer}/status_map`),
    unsaid,
    error: extractOf(response.error, `${pointer}/error`),
    errorCode: extractOf(response.error_code, `${pointer}/error_code`),
    pages: extractOf(response.pages, `${pointer}/pages`),
  };
}

export function extractOf(
  extractor: Extractor | undefined,
  pointer: string,
): ExtractPlan | undefined {
  if (extractor === undefined) return undefined;
  return typeof extractor === 'string'
    ? { source: 'body', path: pathOf(extractor, pointer) }
    : placedExtract(extractor, pointer);
}

function placedExtract(extractor: Exclude<Extractor, string>, pointer: string): ExtractPlan {
  const { path = '', name = '', default: fallback } = extractor;
  const pattern = patternOf(extractor.pattern, `${pointer}/pattern`);
  const rest = { pattern, fallback };
  switch (extractor.source ?? 'body') {
    case 'header':
      return { source: 'header', name: name.toLowerCase(), ...rest };
    case 'status':
      return { source: 'status', ...rest };
    // A form comes as an object of its fields.
    case 'form':
      return { source: 'body', path: [path === '' ? name : path], ...rest };
    case 'body':
      return { source: 'body', path: pathOf(path, pointer), ...rest };
  }
}

function conditionOf({ path, equals, in: choices, exists }: Condition, pointer: string) {
  const values = choices ?? (equals === undefined ? undefined : [equals]);
  const plan: ConditionPlan = {
    path: pathOf(path, `${pointer}/path`),
    ...(values === undefined ? {} : { values }),
    exists: exists ?? true,
  };
  return plan;
}

/** Exact words before ranges, ranges before `*`. */
export function statusesOf(
  map: Readonly<Record<string, JobStatus>> = {},
  pointer: string,
): { readonly statuses: Record<string, JobStatus>; readonly ranges: readonly RangePlan[] } {
  const statuses: Record<string, JobStatus> = {};
  const ranges: RangePlan[] = [];
  const others: RangePlan[] = [];
  for (const [key, status] of Object.entries(map)) {
    const range = rangeOf(key);
    if (key === '*') others.push({ min: null, max: null, status });
    else if (range === undefined) statuses[key] = status;
    else ranges.push({ ...range, status });
  }
  if (Object.hasOwn(statuses, '__proto__'))
    throw new CodePlanError(pointer, 'is no word of a provider');
  return { statuses, ranges: [...ranges, ...others] };
}

const number = '(-?\\d+(?:\\.\\d+)?)';
const forms = [
  { form: new RegExp(`^(<=|<|>=|>)\\s*${number}$`, 'u'), isComparison: true },
  { form: new RegExp(`^${number}\\.\\.${number}$`, 'u'), isComparison: false },
];

/** Both ends belong to it: what is below 0 is at most the number before 0. */
function rangeOf(key: string): { min: number | null; max: number | null } | undefined {
  for (const { form, isComparison } of forms) {
    const found = form.exec(key);
    if (found === null) continue;
    const [, first = '', second = ''] = found;
    return isComparison ? comparison(first, Number(second)) : between(first, second);
  }
  return undefined;
}

function between(first: string, second: string): { min: number; max: number } {
  return { min: Number(first), max: Number(second) };
}

const tiny = 1e-9;

function comparison(sign: string, limit: number): { min: number | null; max: number | null } {
  if (sign === '<=') return { min: null, max: limit };
  if (sign === '<') return { min: null, max: Number.isInteger(limit) ? limit - 1 : limit - tiny };
  if (sign === '>=') return { min: limit, max: null };
  return { min: Number.isInteger(limit) ? limit + 1 : limit + tiny, max: null };
}
