import type { PluginFiles } from '@made-open/sample';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const phaxioAccount = {
  apiKey: 'key-of-the-account',
  apiSecret: 'secret-of-the-account',
  callbackToken: 'token-of-the-callbacks',
};

/** A provider of faxes as a class; each version says to the provider which one it is. */
export function phaxioPlugin(version = '0.1.0'): PluginFiles {
  const secret = { type: 'string', writeOnly: true };
  const manifest = {
    id: 'com.example.phaxio',
    name: 'Phaxio by hand',
    version,
    type: 'channel',
    entrypoint: './index.ts',
    channel: { type: 'fax' },
    provider: {
      slots: ['outbound'],
      poll: { initialDelaySeconds: 2, intervalSeconds: 2, multiplier: 1 },
    },
    actions: [{ name: 'send_fax' }, { name: 'get_status' }, { name: 'cancel_fax' }],
    permissions: [
      'network:outbound:api.phaxio.com',
      'network:inbound',
      'event:publish:communication.*',
    ],
    webhooks: [
      {
        name: 'status',
        verify: 'hmac',
        secret: 'callbackToken',
        signature: {
          header: 'X-Phaxio-Signature',
          algorithm: 'sha1',
          encoding: 'hex',
          parts: ['url', 'sorted_form_params', 'sorted_file_sha1'],
        },
      },
    ],
    configSchema: {
      type: 'object',
      properties: { apiKey: secret, apiSecret: secret, callbackToken: secret },
      required: ['apiKey', 'apiSecret', 'callbackToken'],
    },
  };
  const path = fileURLToPath(new URL('../../plugins/phaxio-fax.ts', import.meta.url));
  const source = readFileSync(path, 'utf8').replace("'0.1.0'", `'${version}'`);
  return { manifest: JSON.stringify(manifest), sources: { 'src/index.ts': source } };
}
