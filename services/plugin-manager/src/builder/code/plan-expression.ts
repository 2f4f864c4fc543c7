import {
  parseTemplate,
  TemplateError,
  type FilterCall,
  type Placeholder,
} from '@made-open/http-manifest';
import { codeFilters, type CallVariable, type Expression, type FilterPlan } from './plan.ts';
import { CodePlanError } from './plan-error.ts';

/** Which values a call has. */
export type CallKind = 'send' | 'ask';

const ofSend: Readonly<Record<string, CallVariable>> = {
  to: 'to',
  from: 'from',
  job_id: 'attemptId',
  attempt_id: 'attemptId',
  callback_url: 'callbackUrl',
  'file.url': 'fileUrl',
  'file.name': 'fileName',
  'file.media_type': 'fileType',
  'file.size_bytes': 'fileSize',
};
const ofAsk: Readonly<Record<string, CallVariable>> = {
  job_id: 'jobId',
  provider_job_id: 'jobId',
  provider_sid: 'jobId',
};

/** What a text with placeholders comes to. */
export function expressionOf(text: string, call: CallKind, pointer: string): Expression {
  const { pieces } = parsed(text, pointer);
  const parts = pieces.map((piece) =>
    typeof piece === 'string' ? constant(piece) : placeholderOf(piece, call, pointer),
  );
  const [first] = parts;
  if (first === undefined) return constant('');
  return parts.length === 1 ? first : textOf(parts, pointer);
}

export function constant(value: unknown): Expression {
  return { kind: 'constant', value };
}

function parsed(text: string, pointer: string): ReturnType<typeof parseTemplate> {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (error instanceof TemplateError) throw new CodePlanError(pointer, error.message);
    throw error;
  }
}

function textOf(parts: readonly Expression[], pointer: string): Expression {
  if (parts.some(({ kind }) => kind === 'fileBase64'))
    throw new CodePlanError(pointer, 'a file in base64 must stand alone in its text');
  return { kind: 'text', parts };
}

function placeholderOf({ path, filters }: Placeholder, call: CallKind, pointer: string) {
  const name = path.join('.');
  if (name === 'file' && filters.length === 1 && filters[0]?.name === 'base64')
    return call === 'send' ? { kind: 'fileBase64' as const } : unknownValue(name, pointer);
  return variableOf(
    name,
    filters.map((filter) => filterOf(filter, pointer)),
    { call, pointer },
  );
}

interface Place {
  readonly call: CallKind;
  readonly pointer: string;
}

/** A value by its name in a manifest. */
export function variableOf(
  name: string,
  filters: FilterPlan[],
  { call, pointer }: Place,
): Expression {
  const [scope, key, ...rest] = name.split('.');
  if ((scope === 'settings' || scope === 'creds') && key !== undefined && rest.length === 0)
    return {
      kind: 'variable',
      variable: { from: scope === 'settings' ? 'setting' : 'credential', name: key },
      filters,
    };
  const known = (call === 'send' ? ofSend : ofAsk)[name];
  if (known === undefined) return unknownValue(name, pointer);
  return { kind: 'variable', variable: { from: 'call', name: known }, filters };
}

function unknownValue(name: string, pointer: string): never {
  throw new CodePlanError(
    pointer,
    `code has no value "${name}" here; choose the target http, or one of ${[...Object.keys(ofSend), 'provider_job_id', 'settings.…'].join(', ')}`,
  );
}

function filterOf({ name, args }: FilterCall, pointer: string): FilterPlan {
  const known = codeFilters.find((each) => each === name);
  if (known === undefined)
    throw new CodePlanError(
      pointer,
      `code is not written for the filter "${name}": choose the target http, or one of ${codeFilters.join(', ')}`,
    );
  return { name: known, args };
}
