import type { HttpManifest } from '../src/http-manifest.ts';

/** A manifest with nothing but what is asked for. */
export function aManifest(of: Partial<HttpManifest>): HttpManifest {
  return {
    manifest_version: 1,
    id: 'acme',
    name: 'Acme',
    version: '1.0.0',
    categories: ['outbound'],
    capabilities: ['send_fax'],
    allowed_domains: ['api.example.com'],
    ...of,
  };
}
