import { firstMatch, type JobStatus } from '@made-open/http-manifest';
import type { AnswerPlan, ExtractPlan, Path } from './plan.ts';

/** An answer as the provider might give it, and what it means. */
export interface SampleAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Absent where no text can be told that the pattern takes. */
  readonly jobId: string | undefined;
  readonly expected: JobStatus;
}

const jobId = 'job-1';
/** Of a place in a list: all before it are filled up. */
const maxPlace = 100;

/** A good answer, made of what the plan looks for; undefined where it would be a very long one. */
export function sampleAnswer(plan: AnswerPlan, unsaid: JobStatus): SampleAnswer | undefined {
  if (
    pathsOf(plan).some((path) => path.some((step) => typeof step === 'number' && step > maxPlace))
  )
    return undefined;
  const draft = new Draft();
  for (const { path, values, exists } of plan.when)
    if (exists) draft.put(path, values === undefined ? 'x' : values[0]);
  const id = plan.jobId === undefined ? undefined : draft.place(plan.jobId, jobId);
  const said = wordOf(plan, draft);
  const isLost = plan.jobId !== undefined && id === undefined;
  return {
    status: codeOf(plan.success),
    headers: draft.headers,
    body: draft.body,
    jobId: id,
    expected: isLost ? 'unknown' : (said ?? plan.unsaid ?? unsaid),
  };
}

function pathsOf({ when, jobId: id, status }: AnswerPlan): Path[] {
  return [...when.map(({ path }) => path), id?.path ?? [], status?.path ?? []];
}

/** Builds a body and headers up, place by place. */
class Draft {
  body: unknown = {};
  readonly headers: Record<string, string> = {};

  /** Gives what will be found there; undefined where nothing can be put. */
  place(extract: ExtractPlan, text: string): string | undefined {
    const { pattern } = extract;
    if (pattern === undefined) return this.#set(extract, text) ? text : undefined;
    const raw = matching(pattern);
    if (raw === undefined || !this.#set(extract, raw)) return undefined;
    return firstMatch(pattern, raw);
  }

  #set({ source, path = [], name = '' }: ExtractPlan, text: string): boolean {
    if (source === 'header') this.headers[name] = text;
    else if (source === 'body') this.put(path, text);
    return source !== 'status';
  }

  put(path: Path, value: unknown): void {
    this.body = withValue(this.body, path, value);
  }
}

function withValue(tree: unknown, path: Path, value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof first === 'number') {
    const list: unknown[] = Array.isArray(tree) ? [...tree] : [];
    for (let at = list.length; at < first; at++) list.push({});
    list[first] = withValue(list[first], rest, value);
    return list;
  }
  const members = typeof tree === 'object' && tree !== null ? Object.entries(tree) : [];
  const inner = members.find(([name]) => name === first)?.[1];
  return Object.fromEntries([
    ...members.filter(([name]) => name !== first),
    [first, withValue(inner, rest, value)],
  ]);
}

/** A text that a simple pattern takes: its group stands for a number. */
function matching(pattern: string): string | undefined {
  const text = pattern.replaceAll(/\([^()]*\)/gu, '42').replaceAll(/[\\^$]/gu, '');
  return firstMatch(pattern, text) === undefined ? undefined : text;
}

/** Puts a word of the provider into the answer; gives what it means. */
function wordOf({ status, statuses, ranges }: AnswerPlan, draft: Draft): JobStatus | undefined {
  if (status === undefined) return undefined;
  const [first] = Object.entries(statuses);
  const [range] = ranges;
  const number = range === undefined ? undefined : String(range.min ?? range.max ?? 1);
  const [word, meaning] = first ?? [number, range?.status];
  if (word === undefined) return undefined;
  return draft.place(status, word) === undefined ? undefined : meaning;
}

function codeOf([form = '2xx']: readonly string[]): number {
  return /^[0-9]{3}$/u.test(form) ? Number(form) : Number(`${form.slice(0, 1)}00`);
}
