import type { Action, HttpManifest } from '@made-open/http-manifest';

/** Says where `{name}` in the address of an action comes from, where nobody has: a setting of the name, or a value of the call. */
export function withPathParams(
  actions: NonNullable<HttpManifest['actions']>,
  settings: ReadonlySet<string>,
): NonNullable<HttpManifest['actions']> {
  return Object.fromEntries(
    Object.entries(actions).map(([name, action]) => [name, declared(action, settings)]),
  );
}

const ofCalls = new Set(['job_id', 'provider_job_id', 'attempt_id']);

function declared(action: Action, settings: ReadonlySet<string>): Action {
  const { url = '', path_params = [] } = action;
  const path = url.replace(/^https:\/\/[^/]*/u, '');
  const names = [...path.matchAll(/\{([A-Za-z][A-Za-z0-9_]*)\}/gu)].map(([, name = '']) => name);
  const missing = [...new Set(names)]
    .filter((name) => !path_params.some((param) => param.name === name))
    .flatMap((name) => {
      if (settings.has(name)) return [{ name, source: `settings.${name}` }];
      return ofCalls.has(name) ? [{ name }] : [];
    });
  return missing.length === 0 ? action : { ...action, path_params: [...path_params, ...missing] };
}
