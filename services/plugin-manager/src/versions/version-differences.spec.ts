import { aStoredVersion } from '../../test/contracts/plugged.ts';
import { aManifest } from '../../test/contracts/seed-plugin.ts';
import { versionDifferences } from './version-differences.ts';

describe('versionDifferences', () => {
  it('has none between a version and itself', () => {
    const version = aStoredVersion();
    expect(versionDifferences(version, version)).toEqual({
      id: 'com.example.my-connector',
      from: '0.1.0',
      to: '0.1.0',
      permissions: { added: [], removed: [] },
      config: { added: [], removed: [], changed: [], newly_required: [], not_required: [] },
      manifest: [],
      bundle: { is_same: true, from_bytes: 10, to_bytes: 10 },
    });
  });

  it('names what a version may do, needs and says otherwise than another', () => {
    const manifestText = aManifest({
      version: '0.2.0',
      name: 'Renamed',
      permissions: ['network:outbound:api.example.org', 'data:write:persons'],
      configSchema: {
        type: 'object',
        properties: { apiKey: { type: 'string', minLength: 1 }, tenant: { type: 'string' } },
        required: ['tenant'],
        additionalProperties: false,
      },
      schedule: '@daily',
    });
    const later = { version: '0.2.0', manifestText, bundleDigest: 'c', bundleBytes: 12 };
    expect(versionDifferences(aStoredVersion(), aStoredVersion(later))).toEqual({
      id: 'com.example.my-connector',
      from: '0.1.0',
      to: '0.2.0',
      permissions: {
        added: ['network:outbound:api.example.org'],
        removed: ['network:outbound:api.example.com'],
      },
      config: {
        added: ['tenant'],
        removed: ['pageSize'],
        changed: ['apiKey'],
        newly_required: ['tenant'],
        not_required: ['apiKey'],
      },
      manifest: [
        {
          field: 'configSchema',
          from: { type: 'object' },
          to: { type: 'object', additionalProperties: false },
        },
        { field: 'name', from: 'My Connector', to: 'Renamed' },
        { field: 'schedule', from: null, to: '@daily' },
      ],
      bundle: { is_same: false, from_bytes: 10, to_bytes: 12 },
    });
  });
});
