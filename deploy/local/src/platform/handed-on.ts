import { resolve } from 'node:path';

/** Settings of services that `npm start` takes from its own environment; a path among them is one from here. */
const settings: Readonly<Record<string, readonly string[]>> = {
  'plugin-manager': [
    'BUILDER_ENABLED',
    'OIDC_ISSUER',
    'OIDC_AUDIENCE',
    'OIDC_SCOPE_CLAIM',
    'CANARY_READY_SECONDS',
    'CONNECTION_TEST_SECONDS',
    'PLUGINS_DIR',
    'PYTHON_RUNTIME_DIR',
    'PLUGIN_INSTALL_URLS',
    'PLUGIN_REGISTRY_FILE',
    'RUNNER_IDLE_SECONDS',
    'RUNNER_MAX_REPLICAS',
    'RUN_CONCURRENCY',
    'TRUSTED_PROXIES',
  ],
  'channel-gateway': ['TRUSTED_PROXIES'],
  'search-indexer': [
    'SEARCH_ENGINE',
    'MEILISEARCH_URL',
    'MEILISEARCH_KEY_FILE',
    'MEILISEARCH_INDEX_PREFIX',
  ],
};
const paths = new Set([
  'PLUGINS_DIR',
  'PLUGIN_REGISTRY_FILE',
  'PYTHON_RUNTIME_DIR',
  'MEILISEARCH_KEY_FILE',
]);

export const handedOnNames = [...new Set(Object.values(settings).flat())];

/** What of an environment a service is to find in its own. */
export function handedOn(service: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const given = (settings[service] ?? []).flatMap((name): [string, string][] => {
    const value = env[name];
    if (value === undefined || value === '') return [];
    return [[name, paths.has(name) ? resolve(value) : value]];
  });
  return Object.fromEntries(given);
}
