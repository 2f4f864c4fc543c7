import type { Environment, Secret } from '@made-open/nest';

export type EngineName = 'postgres' | 'meilisearch';

export interface MeilisearchSettings {
  readonly url: string;
  /** Of a key that may create, fill, search and delete the indexes with this prefix. */
  readonly key: Secret;
  /** Of the names of its indexes, so that several platforms can share a server. */
  readonly indexPrefix: string;
}

export interface SearchConfig {
  /** What searches are to be answered by. */
  readonly engine: EngineName;
  /** Also given while what was indexed is on the way to or from it. */
  readonly meilisearch: MeilisearchSettings | undefined;
}

export function readConfig(environment: Environment): SearchConfig {
  const engine = environment.text('SEARCH_ENGINE', 'postgres');
  const url = environment.optional('MEILISEARCH_URL');
  if (engine !== 'postgres' && engine !== 'meilisearch')
    environment.fault(`SEARCH_ENGINE must be postgres or meilisearch, not "${engine}"`);
  if (engine === 'meilisearch' && url === undefined)
    environment.fault('MEILISEARCH_URL is missing, which SEARCH_ENGINE=meilisearch needs');
  return {
    engine: engine === 'meilisearch' ? engine : 'postgres',
    meilisearch: url === undefined ? undefined : readMeilisearch(environment, url),
  };
}

function readMeilisearch(environment: Environment, url: string): MeilisearchSettings {
  if (!isServerUrl(url))
    environment.fault(
      'MEILISEARCH_URL must be an http or https address without user name, password, query and fragment',
    );
  const indexPrefix = environment.text('MEILISEARCH_INDEX_PREFIX', 'made-open');
  if (!/^[\w-]{1,100}$/u.test(indexPrefix))
    environment.fault('MEILISEARCH_INDEX_PREFIX must be 1 to 100 letters, digits, - and _');
  return { url, key: environment.secretFile('MEILISEARCH_KEY_FILE'), indexPrefix };
}

/** A password in the address would reach the messages of errors. */
function isServerUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    /^https?:$/u.test(url.protocol) &&
    `${url.username}${url.password}${url.search}${url.hash}` === ''
  );
}
