import { compilePluginManifest, readHttpManifest } from '@made-open/http-manifest';
import { createHash } from 'node:crypto';
import type { Assigned } from '../services/fake-manager.ts';

export const host = 'api.acme-fax.example';
export const otherHost = 'files.acme-fax.example';
export const pdf = Buffer.from('%PDF-1.7\r\nnot much\r\n%%EOF');
export const fileId = createHash('sha256').update(pdf).digest('hex');
export const fax = {
  to: '+15550100',
  file: { file_id: fileId, name: 'a.pdf', mime_type: 'application/pdf', size_bytes: pdf.length },
  idempotencyKey: 'fax-1',
};

/** Sends with a form, asks with a path. */
const actions = {
  send_fax: {
    method: 'POST',
    url: `https://${host}/v1/faxes`,
    body: {
      kind: 'multipart',
      parts: [
        { name: 'to', value: '{{ to }}' },
        { name: 'attachments', file: 'file', filename: 'fax.pdf', content_type: 'application/pdf' },
      ],
    },
    response: { job_id: 'id', status: 'status', status_map: { queued: 'queued' } },
  },
  get_status: {
    method: 'GET',
    url: `https://${host}/v1/faxes/{provider_job_id}`,
    path_params: [{ name: 'provider_job_id' }],
    response: { status: 'status', status_map: { queued: 'queued', sent: 'succeeded' } },
  },
};

/** A checked document with its plugin.json, as the platform makes it of one. */
export function aProvider(changes: Readonly<Record<string, unknown>> = {}): Assigned {
  const manifest = readHttpManifest(
    JSON.stringify({
      manifest_version: 1,
      id: 'com.example.runs',
      name: 'Acme Fax',
      version: '1.0.0',
      categories: ['outbound'],
      capabilities: ['send_fax', 'get_status'],
      allowed_domains: [host],
      actions,
      ...changes,
    }),
  );
  const compiled = compilePluginManifest(manifest);
  return {
    manifest: compiled,
    grants: compiled.permissions,
    bundle: JSON.stringify(manifest),
    overrides: {},
  };
}

/** The same with another way to send. */
export function sendingBy(send: object): Readonly<Record<string, unknown>> {
  return { actions: { ...actions, send_fax: { ...actions.send_fax, ...send } } };
}
