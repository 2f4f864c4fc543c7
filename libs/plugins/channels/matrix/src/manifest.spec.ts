import { validateManifest } from '@made-open/plugin-sdk';
import { readFileSync } from 'node:fs';

it('has a manifest that the platform takes', () => {
  const text = readFileSync(new URL('../plugin.json', import.meta.url), 'utf8');
  expect(validateManifest(JSON.parse(text))).toEqual({ valid: true, errors: [] });
});
