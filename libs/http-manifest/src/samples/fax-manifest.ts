/** A manifest that is right, as plain JSON; tests change it. */
export function aFaxManifest(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    manifest_version: 1,
    id: 'acme-fax',
    name: 'Acme Fax',
    version: '1.0.0',
    categories: ['outbound'],
    capabilities: ['send_fax', 'get_status'],
    config_schema: {
      type: 'object',
      properties: { account: { type: 'string' }, from: { type: 'string' } },
      required: ['account'],
    },
    credentials: [{ name: 'api_key', title: 'API key' }],
    allowed_domains: ['api.acme-fax.example'],
    auth: { scheme: 'bearer', token: 'creds.api_key' },
    actions: {
      send_fax: {
        method: 'POST',
        url: 'https://api.acme-fax.example/v1/accounts/{account}/faxes',
        path_params: [{ name: 'account', source: 'settings.account' }],
        body: {
          kind: 'multipart',
          parts: [
            { name: 'to', value: '{{ to | e164 }}' },
            { name: 'from', value: '{{ settings.from }}', omit_empty: true },
            { name: 'document', file: 'file', content_type: 'application/pdf' },
          ],
        },
        response: { job_id: 'data.id', default_status: 'queued' },
        poll: { interval_ms: 10_000, multiplier: 2, max_duration_ms: 300_000 },
      },
      get_status: {
        method: 'GET',
        url: 'https://api.acme-fax.example/v1/faxes/{provider_job_id}',
        path_params: [{ name: 'provider_job_id' }],
        response: {
          status: 'data.state',
          status_map: { sent: 'succeeded', busy: 'failed', sending: 'in_progress' },
        },
      },
    },
    ...changes,
  };
}
