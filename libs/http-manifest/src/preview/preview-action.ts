import { applyAuth, needsToken, withToken } from '../auth/apply-auth.ts';
import type { AuthCrypto } from '../auth/auth-request.ts';
import { signed } from '../auth/sign-request.ts';
import type { Action, Auth, HttpManifest, RequestTemplate } from '../http-manifest.ts';
import { renderRequest } from '../render/render-request.ts';
import type { RenderedRequest } from '../render/rendered-request.ts';
import { holds } from '../response/conditions.ts';
import type { Scope } from '../template/render-template.ts';
import { addedBy } from '../run/run-action.ts';
import { isScalar } from '../response/extract.ts';
import { previewScope, type PreviewInput } from './preview-scope.ts';
import { secretMark, shownSecret } from './secret-mark.ts';

/** A request as it would go out, with secrets as `•••`. */
export interface PreviewedRequest extends RenderedRequest {
  /** Of an action with several. */
  readonly step?: string;
}

/** Why it would not go out. */
export interface PreviewProblem {
  readonly code: string;
  readonly message: string;
}

export interface Preview {
  readonly requests: readonly PreviewedRequest[];
  readonly problems: readonly PreviewProblem[];
}

/** What an action would send with an input; nothing is sent, and no secret is known. */
export function previewAction(
  manifest: HttpManifest,
  name: string,
  given: PreviewInput = {},
): Preview {
  const action = actionOf(manifest, name);
  if (action === undefined)
    return {
      requests: [],
      problems: [{ code: 'http_manifest.no_action', message: `there is no action "${name}"` }],
    };
  const requests: PreviewedRequest[] = [];
  const problems: PreviewProblem[] = [];
  for (const planned of templatesOf(action, previewScope(manifest, given))) {
    try {
      requests.push(shownRequest(manifest, action, planned));
    } catch (error) {
      problems.push(problemOf(error));
    }
  }
  return { requests, problems };
}

function actionOf({ actions = {} }: HttpManifest, name: string): Action | undefined {
  return Object.hasOwn(actions, name) ? actions[name] : undefined;
}

function shownRequest(
  manifest: HttpManifest,
  action: Action,
  { step, template, scope }: PlannedRequest,
): PreviewedRequest {
  const added = step === undefined || step.isLast ? addedBy(action, scope) : {};
  const request = renderRequest(template, { manifest, scope, ...added });
  const shown = masked(proven(manifest.auth, request));
  return step === undefined ? shown : { step: step.id, ...shown };
}

interface PlannedRequest {
  readonly step?: { readonly id: string; readonly isLast: boolean };
  readonly template: RequestTemplate;
  readonly scope: Scope;
}

/** What steps give is shown by its name. */
function templatesOf(action: Action, scope: Scope): readonly PlannedRequest[] {
  const { steps, method = 'POST', url = '' } = action;
  if (steps === undefined) return [{ template: { ...action, method, url }, scope }];
  const outputs = Object.fromEntries(
    steps.map(({ id, response }) => [
      id,
      Object.fromEntries(
        Object.keys(response?.outputs ?? {}).map((name) => [name, `<${id}.${name}>`]),
      ),
    ]),
  );
  const whole = { ...scope, steps: outputs };
  return steps.flatMap(({ id, request, when }, place) =>
    when !== undefined && !holds(when, whole)
      ? []
      : [{ step: { id, isLast: place === steps.length - 1 }, template: request, scope: whole }],
  );
}

function proven(auth: Auth | undefined, request: RenderedRequest): RenderedRequest {
  if (auth === undefined || auth.scheme === 'none') return request;
  const ports = { lookup: () => secretMark, crypto };
  if (needsToken(auth)) return withToken(auth, secretMark, request);
  if (auth.scheme === 'hmac')
    return signed(auth, request, { ...ports, rawBody: new Uint8Array(), now: 0 });
  return applyAuth(auth, ports, request);
}

const crypto: AuthCrypto = {
  base64: () => secretMark,
  bytes: (text) => new TextEncoder().encode(text),
  sha256Hex: () => secretMark,
  hmac: () => secretMark,
};

function masked<T>(value: T): T;
function masked(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(secretMark, shownSecret);
  if (Array.isArray(value)) return value.map((each: unknown) => masked(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, masked(each)]));
}

function problemOf(error: unknown): PreviewProblem {
  if (!(error instanceof Error)) throw error;
  const code: unknown = Reflect.get(error, 'code');
  return {
    code: isScalar(code) ? String(code) : 'http_manifest.render',
    message: error.message.replaceAll(secretMark, shownSecret),
  };
}
