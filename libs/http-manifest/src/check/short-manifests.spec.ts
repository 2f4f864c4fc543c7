import { readFileSync } from 'node:fs';
import { validateManifest } from '@made-open/manifest';
import { compilePluginManifest } from '../compile/compile-plugin-manifest.ts';
import { HttpManifestError } from '../errors.ts';
import type { HttpManifest } from '../http-manifest.ts';
import { renderRequest } from '../render/render-request.ts';
import { configScope } from '../run/scope-of.ts';
import { aFaxManifest } from '../samples/fax-manifest.ts';
import { readHttpManifest } from './read-http-manifest.ts';
import { httpManifestWarnings } from './warnings.ts';

const samples = readFileSync(new URL('../../test/short-manifests.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((text): [string, string] => [String(Reflect.get(Object(JSON.parse(text)), 'id')), text]);
const sample = (id: string): HttpManifest =>
  readHttpManifest(samples.find(([each]) => each === id)?.[1] ?? '');

const pointersOf = (manifest: Record<string, unknown>): string[] => {
  try {
    readHttpManifest(JSON.stringify(manifest));
    return [];
  } catch (error) {
    if (!(error instanceof HttpManifestError)) throw error;
    return error.errors.map(({ pointer }) => pointer);
  }
};
const { config_schema: _, ...bare } = aFaxManifest();

describe('a manifest that declares nothing that it mentions', () => {
  it('is there for each of twelve providers', () => {
    expect(samples).toHaveLength(12);
  });

  it.each(samples)('is right: %s', (_id, text) => {
    const compiled = compilePluginManifest(readHttpManifest(text));
    expect(validateManifest(compiled)).toEqual({ valid: true, errors: [] });
  });

  it('has the settings that it mentions, needed unless they may be left out', () => {
    expect(compilePluginManifest(sample('mailgun')).configSchema).toMatchObject({
      properties: { from: { type: 'string' }, domain: { type: 'string' }, host: {} },
      required: ['from', 'domain', 'api_key', 'signing_key', 'user'],
    });
    expect(
      compilePluginManifest(readHttpManifest(JSON.stringify(bare))).configSchema,
    ).toMatchObject({
      properties: { account: { type: 'string' }, from: { type: 'string' } },
      required: ['account', 'api_key'],
    });
  });

  it('fills in what an action is given without its being declared', () => {
    const manifest = sample('phaxio');
    const template = { method: 'POST', url: manifest.actions?.['cancel_fax']?.url ?? '' };
    const scope = { ...configScope(manifest, {}), provider_job_id: '../7' };
    expect(renderRequest(template, { manifest, scope }).url).toBe(
      'https://api.phaxio.example/v2.1/faxes/%2E%2E%2F7/cancel',
    );
    expect(pointersOf(withUrl('https://api.acme-fax.example/{unknown}'))).toEqual([
      '/actions/send_fax/url',
    ]);
  });

  it('may leave how a fax stands to nobody, and is warned', () => {
    for (const id of ['signalwire', 'humblefax', 'faxplus', 'twilio-sms'])
      expect(httpManifestWarnings(sample(id)).map(({ pointer }) => pointer)).toContain(
        '/capabilities/1',
      );
    const actions = { other: { method: 'GET', url: 'https://api.acme-fax.example/' } };
    expect(pointersOf({ ...bare, capabilities: ['get_status'], actions })).toEqual([
      '/capabilities/0',
    ]);
  });

  it('mentions no setting that is a secret', () => {
    expect(pointersOf(withUrl('https://api.acme-fax.example/{{ settings.api_secret }}'))).toEqual([
      '/actions/send_fax/url',
    ]);
  });
});

function withUrl(url: string): Record<string, unknown> {
  return { ...bare, capabilities: ['send_fax'], actions: { send_fax: { method: 'POST', url } } };
}
