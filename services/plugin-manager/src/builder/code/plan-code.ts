import type { Action, HttpManifest, RequestTemplate, Webhook } from '@made-open/http-manifest';
import { answerOf, extractOf, statusesOf } from './plan-answer.ts';
import { authOf } from './plan-auth.ts';
import { bodyOf, fieldsOf } from './plan-body.ts';
import { CodePlanError } from './plan-error.ts';
import { expressionOf, type CallKind } from './plan-expression.ts';
import { urlOf } from './plan-url.ts';
import type { CallPlan, CodePlan, WebhookPlan } from './plan.ts';

/** What code for a manifest does. Throws CodePlanError for what only the target http can. */
export function planCode(manifest: HttpManifest): CodePlan {
  const { actions = {}, webhooks = {}, auth } = manifest;
  const call = (name: string, kind: CallKind): CallPlan | undefined => {
    const action = actions[name];
    return action === undefined || !manifest.capabilities.includes(name)
      ? undefined
      : callOf(manifest, action, kind, `/actions/${name}`);
  };
  const send = call('send_fax', 'send');
  if (send === undefined)
    throw new CodePlanError('/actions/send_fax', 'is missing: code is written to send faxes');
  return {
    send,
    status: call('get_status', 'ask'),
    cancel: call('cancel_fax', 'ask'),
    webhooks: Object.entries(webhooks).map(([name, webhook]) => webhookOf(name, webhook)),
    auth: authOf(auth),
  };
}

function callOf(manifest: HttpManifest, action: Action, call: CallKind, pointer: string): CallPlan {
  const request = requestOf(action, pointer);
  const { method, query, headers = {}, body } = request;
  return {
    method: method.toUpperCase(),
    url: urlOf(manifest, request, call, pointer),
    query: fieldsOf(query, call, `${pointer}/query`),
    headers: Object.entries(headers).map(([name, value]) => ({
      name,
      value: expressionOf(value, call, `${pointer}/headers/${name}`),
      isOptional: false,
      isRepeated: false,
    })),
    body: bodyOf(body, call, `${pointer}/body`),
    answer: answerOf(action.response, `${pointer}/response`),
  };
}

function requestOf(action: Action, pointer: string): RequestTemplate {
  const { steps, method, url, idempotency, ...rest } = action;
  if (steps !== undefined)
    throw new CodePlanError(
      `${pointer}/steps`,
      'code is written for one request: choose the target http for several',
    );
  if (method === undefined || url === undefined)
    throw new CodePlanError(pointer, 'needs a method and a url');
  const { header, value } = idempotency ?? {};
  const keyed = header === undefined || value === undefined ? {} : { [header]: value };
  return { ...rest, method, url, headers: { ...rest.headers, ...keyed } };
}

function webhookOf(name: string, webhook: Webhook): WebhookPlan {
  const pointer = `/webhooks/${name}`;
  const { correlate, status, status_map, error, split, files, message, map } = webhook;
  const only = Object.entries({ split, files, message, map }).find(
    ([, part]) => part !== undefined,
  );
  if (only !== undefined)
    throw new CodePlanError(
      `${pointer}/${only[0]}`,
      'code takes reports of how a fax stands: choose the target http for more',
    );
  return {
    name,
    jobId: extractOf(
      correlate?.provider_job_id ?? correlate?.job_id,
      `${pointer}/correlate/provider_job_id`,
    ),
    status: extractOf(status, `${pointer}/status`),
    ...statusesOf(status_map, `${pointer}/status_map`),
    error: extractOf(error, `${pointer}/error`),
  };
}
