import { apiVersionFault, apiVersions } from './api-versions.ts';
import { readManifest, readStoredManifest } from '../manifest.ts';

const plugin = {
  id: 'com.example.a',
  name: 'A',
  version: '1.0.0',
  type: 'connector',
  entrypoint: './index.ts',
  permissions: [],
  configSchema: { type: 'object', properties: {} },
};

describe('the version of the plugin API', () => {
  it('is the first unless a plugin says another', () => {
    expect(apiVersionFault({})).toBeUndefined();
    expect(apiVersionFault({ apiVersion: apiVersions.newest })).toBeUndefined();
  });

  it('says what to do when it is newer than the platform, or not run any more', () => {
    expect(apiVersionFault({ apiVersion: apiVersions.newest + 1 })).toMatch(/update the platform/u);
    expect(apiVersionFault({ apiVersion: apiVersions.oldest - 1 })).toMatch(/push a version/u);
  });

  it('keeps a plugin from being pushed, and what is stored from nothing', () => {
    const text = JSON.stringify({ ...plugin, apiVersion: apiVersions.newest + 1 });
    expect(() => readManifest(text)).toThrow('is newer than this platform');
    expect(readStoredManifest(text).apiVersion).toBe(apiVersions.newest + 1);
  });
});
