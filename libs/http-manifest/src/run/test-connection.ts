import type { Action, HttpManifest } from '../http-manifest.ts';
import { variablesOfTree } from '../template/render-tree.ts';
import { longestSendWaitMs } from './fax-functions.ts';
import { runAction } from './run-action.ts';
import type { RunContext } from './run-context.ts';
import { configScope } from './scope-of.ts';
import { fetchPage } from './streams/fetch-page.ts';

type Test = (context: RunContext) => Promise<void>;

/** The first page of a stream, or a question that needs no input; undefined when the manifest has neither. */
export function connectionTest(manifest: HttpManifest): Test | undefined {
  const [first] = Object.entries(manifest.streams ?? {});
  if (first !== undefined) {
    const [name, stream] = first;
    return async (context) => {
      const scope = configScope(manifest, context.config);
      await fetchPage({ name, stream, manifest, context, scope }, {});
    };
  }
  const question = Object.values(manifest.actions ?? {}).find(isQuestion);
  if (question === undefined) return undefined;
  return async (context) => {
    const scope = configScope(manifest, context.config);
    await runAction(question, { manifest, context, scope, longestWaitMs: longestSendWaitMs });
  };
}

/** It changes nothing and asks for nothing but the config. */
function isQuestion({
  method,
  url,
  path_params: params = [],
  query,
  headers,
  steps,
  body,
}: Action): boolean {
  if (method?.toUpperCase() !== 'GET' || steps !== undefined || body !== undefined) return false;
  const names = variablesOfTree([
    url,
    query?.map(({ value }) => value),
    Object.values(headers ?? {}),
  ])
    .filter(({ isOptional }) => !isOptional)
    .map(({ name }) => name);
  const sources = params.map(({ name, source = name }) => source);
  return [...names, ...sources].every((name) => /^(?:settings|creds)\./u.test(name));
}
