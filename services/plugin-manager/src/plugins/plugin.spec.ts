import { aManifest } from '../../test/contracts/seed-plugin.ts';
import { versionView, type Plugin, type Version } from './plugin.ts';

const plugin: Plugin = {
  id: 'com.example.my-connector',
  name: 'My Connector',
  type: 'connector',
  activeVersion: '0.1.0',
  approved: ['data:write:persons'],
  createdAt: new Date(0),
};

describe('versionView', () => {
  it('shows a stored version whatever its configSchema is, which only a push judges', () => {
    const configSchema = { $ref: 'https://example.com/elsewhere.json' };
    const version: Version = {
      pluginId: plugin.id,
      version: '0.1.0',
      digest: 'a',
      bundleDigest: 'b',
      bundleBytes: 1,
      manifestText: aManifest({ configSchema }),
      createdAt: new Date(0),
    };
    expect(versionView(plugin, version)).toMatchObject({
      state: 'active',
      permissions_added: ['network:outbound:api.example.com'],
    });
  });
});
