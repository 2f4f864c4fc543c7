import { resolve } from 'node:path';
import { handedOn } from './handed-on.ts';

describe('handedOn', () => {
  const env = {
    PLUGINS_DIR: 'my/plugins',
    OIDC_ISSUER: 'https://login.example.com',
    SEARCH_ENGINE: '',
    MEILISEARCH_KEY_FILE: '/run/key',
    TRUSTED_PROXIES: '10.0.0.0/8',
    HOME: '/root',
  };

  it('gives each service its own settings, and paths that do not depend on where it runs', () => {
    expect(handedOn('plugin-manager', env)).toEqual({
      PLUGINS_DIR: resolve('my/plugins'),
      OIDC_ISSUER: 'https://login.example.com',
      TRUSTED_PROXIES: '10.0.0.0/8',
    });
    expect(handedOn('channel-gateway', env)).toEqual({ TRUSTED_PROXIES: '10.0.0.0/8' });
    expect(handedOn('search-indexer', env)).toEqual({ MEILISEARCH_KEY_FILE: '/run/key' });
    expect(handedOn('etl', env)).toEqual({});
  });
});
