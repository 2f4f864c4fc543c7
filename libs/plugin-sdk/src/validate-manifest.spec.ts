import type { Manifest } from '@made-open/manifest';
import { validateManifest, type PluginManifest } from './index.ts';

// The type is written out for packages that lack the platform's libs: both ways assignable, or this file does not compile.
const asPublished = (manifest: Manifest): PluginManifest => manifest;
const asChecked = (manifest: PluginManifest): Manifest => manifest;

const minimal: PluginManifest = {
  id: 'com.example.a',
  name: 'A',
  version: '0.1.0',
  type: 'connector',
  entrypoint: './index.ts',
  permissions: [],
  configSchema: { type: 'object' },
};

describe('validateManifest', () => {
  it('accepts what the platform accepts', () => {
    expect(validateManifest(asPublished(asChecked(minimal)))).toEqual({ valid: true, errors: [] });
  });

  it('says where a fault is and what is wanted', () => {
    const { valid, errors } = validateManifest({
      ...minimal,
      version: 1,
      permissions: ['fs:read'],
    });
    expect(valid).toBe(false);
    expect(errors.join('\n')).toMatch(/version .*string/u);
  });
});
