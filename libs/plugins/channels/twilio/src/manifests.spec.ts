import { validateManifest } from '@made-open/plugin-sdk';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plugin } from './index.ts';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

describe('the manifests of the Twilio channel', () => {
  it('are those of the founding guide as 0.1.0, byte for byte', () => {
    expect(read('../manifests/0.1.0/plugin.json')).toBe(
      read('../../../../plugin-sdk/test/guide/manifests/io.twilio.channel.json'),
    );
  });

  it.each(['plugin.json', 'manifests/0.1.0/plugin.json'])('are right: %s', (path) => {
    const manifest: unknown = JSON.parse(read(`../${path}`));
    expect(validateManifest(manifest)).toEqual({ valid: true, errors: [] });
    expect(manifest).toMatchObject({ id: plugin.id, type: 'channel' });
  });
});
