import type { BuilderInput } from '../../src/builder/input/builder-input.ts';

/** An input of the wizard, of a provider that can do all of it. */
export function anInput(changes: Partial<BuilderInput> = {}): BuilderInput {
  return {
    basics: { id: 'acme-fax', name: 'Acme Fax', version: '1.0.0' },
    target: 'http',
    connection: {
      base_url: 'https://api.acme.example/v1',
      auth: { scheme: 'bearer', token: 'creds.api_key' },
    },
    settings: [{ key: 'quality', type: 'string', enum: ['fine', 'standard'], default: 'fine' }],
    capabilities: ['send_fax', 'get_status', 'cancel_fax'],
    actions: {
      send_fax: {
        method: 'POST',
        url: '/faxes',
        body: {
          kind: 'multipart',
          parts: [
            { name: 'to', value: '{{ to }}' },
            { name: 'caller', value: '{{ from }}', omit_empty: true },
            { name: 'quality', value: '{{ settings.quality }}' },
            { name: 'document', file: 'file', content_type: 'application/pdf' },
          ],
        },
        response: {
          job_id: 'data.id',
          status: 'data.state',
          status_map: states,
          default_status: 'queued',
          error: 'message',
        },
      },
      get_status: {
        method: 'GET',
        url: '/faxes/{job_id}',
        path_params: [{ name: 'job_id' }],
        response: { job_id: 'data.id', status: 'data.state', status_map: states, error: 'message' },
      },
      cancel_fax: {
        method: 'POST',
        url: '/faxes/{job_id}/cancel',
        path_params: [{ name: 'job_id' }],
        response: { default_status: 'cancelled' },
      },
    },
    ...changes,
  };
}

const states = {
  waiting: 'queued',
  sending: 'in_progress',
  sent: 'succeeded',
  broken: 'failed',
} as const;
