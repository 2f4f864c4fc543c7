import type { RequestTemplate } from '../http-manifest.ts';

/** What every action is given as one value: `{name}` in a URL is that, without being declared. */
export const impliedParameters: readonly string[] = [
  'to',
  'from',
  'job_id',
  'attempt_id',
  'provider_job_id',
  'provider_sid',
];

/** With the parameters that need no declaration; one that is declared keeps its source. */
export function withImpliedParameters(template: RequestTemplate): RequestTemplate {
  const { url, path_params: declared = [] } = template;
  const names = new Set(declared.map(({ name }) => name));
  const implied = impliedParameters.filter((name) => !names.has(name) && url.includes(`{${name}}`));
  if (implied.length === 0) return template;
  return { ...template, path_params: [...declared, ...implied.map((name) => ({ name }))] };
}
