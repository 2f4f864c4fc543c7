import type { Action, ActionStep, HttpManifest, ResponseMap } from '../http-manifest.ts';
import { holds } from '../response/conditions.ts';
import { outputsOf } from '../response/map-response.ts';
import type { ProviderAnswer } from '../response/provider-answer.ts';
import { renderText, type Scope } from '../template/render-template.ts';
import { askProvider, type Asking } from './ask-provider.ts';
import { requireCredentials } from './require-credentials.ts';
import type { RunContext } from './run-context.ts';
import { stepError } from './step-error.ts';

export interface ActionRun {
  readonly manifest: HttpManifest;
  readonly context: Pick<RunContext, 'http' | 'config'>;
  readonly scope: Scope;
  readonly longestWaitMs: number;
}

/** The last answer, which is a success, and how it is to be read. */
export interface ActionAnswer {
  readonly answer: ProviderAnswer;
  readonly map: ResponseMap | undefined;
}

/** One request, or its steps one after the other. */
export async function runAction(action: Action, run: ActionRun): Promise<ActionAnswer> {
  requireCredentials(run.manifest, run.context.config);
  const asking = { ...run, retry: action.retry ?? run.manifest.retry, ...keyOf(action, run.scope) };
  if (action.steps !== undefined) return runSteps(action.steps, action.response, asking);
  const { method = 'POST', url = '' } = action;
  const answer = await askProvider({ ...action, method, url }, action.response, asking);
  return { answer, map: action.response };
}

/** Each step is tried again by itself, so that what earlier ones gave is used again. */
async function runSteps(
  steps: readonly ActionStep[],
  response: ResponseMap | undefined,
  asking: Asking,
): Promise<ActionAnswer> {
  const given: Record<string, unknown> = {};
  let last: ActionAnswer | undefined;
  for (const [place, step] of steps.entries()) {
    const scope = { ...asking.scope, steps: given };
    if (step.when !== undefined && !holds(step.when, scope)) continue;
    const isLast = place === steps.length - 1;
    const map = isLast ? { ...step.response, ...response } : step.response;
    const own = isLast ? {} : { headers: {}, fields: [], hasIdempotencyKey: false };
    const answer = await askProvider(step.request, map, {
      ...asking,
      ...own,
      scope,
      step: step.id,
    }).catch((error: unknown) => {
      const isRepeatable = asking.hasIdempotencyKey === true;
      throw stepError(error, { isLast, isFirst: last === undefined, isRepeatable });
    });
    given[step.id] = outputsOf(step.response, answer);
    last = { answer, map: { ...map, ...response } };
  }
  return last ?? { answer: { status: 204, headers: {}, body: null }, map: response };
}

/** The key goes with the request that makes the job: the only one, or the last. */
function keyOf(
  action: Action,
  scope: Scope,
): Pick<Asking, 'headers' | 'fields' | 'hasIdempotencyKey'> {
  return { hasIdempotencyKey: action.idempotency !== undefined, ...addedBy(action, scope) };
}

/** What a request holds for the key besides its own. */
export function addedBy({ idempotency }: Action, scope: Scope): Pick<Asking, 'headers' | 'fields'> {
  if (idempotency === undefined) return {};
  const { header, field, value } = idempotency;
  return {
    ...(header === undefined ? {} : { headers: { [header]: value } }),
    ...(field === undefined ? {} : { fields: [{ path: field, value: renderText(value, scope) }] }),
  };
}
