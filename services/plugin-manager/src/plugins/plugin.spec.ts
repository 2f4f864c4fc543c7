import { aPlugin, aStoredVersion } from '../../test/contracts/plugged.ts';
import { aManifest } from '../../test/contracts/seed-plugin.ts';
import { versionView } from './plugin.ts';

describe('versionView', () => {
  it('shows a stored version whatever its configSchema is, which only a push judges', () => {
    const configSchema = { $ref: 'https://example.com/elsewhere.json' };
    const version = aStoredVersion({ manifestText: aManifest({ configSchema }) });
    expect(versionView(aPlugin({ approved: ['data:write:persons'] }), version)).toMatchObject({
      state: 'active',
      permissions_added: ['network:outbound:api.example.com'],
    });
  });
});
