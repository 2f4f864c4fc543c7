import type { CallPlan } from './plan.ts';

/** Whether the number of the receiver is part of a request. */
export function usesTo(call: CallPlan): boolean {
  return JSON.stringify(requestOf(call)).includes('"from":"call","name":"to"');
}

/** Whether the file itself goes along. */
export function usesFile({ body }: CallPlan): boolean {
  if (body.kind === 'binary') return true;
  if (body.kind === 'json') return body.hasFile;
  return body.kind === 'multipart' && body.parts.some(({ kind }) => kind === 'file');
}

function requestOf({ url, query, headers, body }: CallPlan): object {
  return { url, query, headers, body };
}
