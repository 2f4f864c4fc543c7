/** The text of an HTTP manifest that is right; tests change its fields. */
export function anHttpManifest(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ ...manifest, ...changes });
}

const manifest = {
  manifest_version: 1,
  id: 'acme-fax',
  name: 'Acme Fax',
  version: '1.0.0',
  categories: ['outbound'],
  capabilities: ['send_fax', 'get_status'],
  credentials: [{ name: 'api_key' }],
  allowed_domains: ['api.acme-fax.example'],
  auth: { scheme: 'bearer', token: 'creds.api_key' },
  actions: {
    send_fax: {
      method: 'POST',
      url: 'https://api.acme-fax.example/v1/faxes',
      body: {
        kind: 'multipart',
        parts: [
          { name: 'to', value: '{{ to }}' },
          { name: 'file', file: 'file' },
        ],
      },
      response: { job_id: 'id', default_status: 'queued' },
    },
    get_status: {
      method: 'GET',
      url: 'https://api.acme-fax.example/v1/faxes/{provider_job_id}',
      path_params: [{ name: 'provider_job_id' }],
      response: { status: 'status', status_map: { sent: 'succeeded', failed: 'failed' } },
    },
  },
};
