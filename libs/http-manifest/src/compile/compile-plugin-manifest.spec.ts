import { validateManifest } from '@made-open/manifest';
import { checkHttpManifest } from '../check/read-http-manifest.ts';
import { aFaxManifest } from '../samples/fax-manifest.ts';
import { compilePluginManifest } from './compile-plugin-manifest.ts';

const compile = (changes: Record<string, unknown> = {}): ReturnType<typeof compilePluginManifest> =>
  compilePluginManifest(checkHttpManifest(aFaxManifest(changes)));

describe('compilePluginManifest', () => {
  it('makes a plugin.json that is right', () => {
    const manifest = compile();
    expect(validateManifest(manifest)).toEqual({ valid: true, errors: [] });
    expect(manifest).toMatchObject({
      id: 'acme-fax',
      type: 'channel',
      runtime: 'http',
      permissions: ['network:outbound:api.acme-fax.example', 'event:publish:communication.*'],
      channel: { type: 'fax' },
      provider: {
        slots: ['outbound'],
        poll: { intervalSeconds: 10, multiplier: 2, maxDurationSeconds: 300 },
      },
      actions: [{ name: 'send_fax' }, { name: 'get_status' }],
    });
  });

  it('joins settings and credentials, which alone are secret', () => {
    expect(compile().configSchema).toMatchObject({
      additionalProperties: false,
      required: ['account', 'api_key'],
      properties: { account: { type: 'string' }, api_key: { type: 'string', writeOnly: true } },
    });
    const { credentials, ...rest } = aFaxManifest();
    expect(credentials).toBeDefined();
    const { configSchema } = compilePluginManifest(checkHttpManifest(rest));
    expect(configSchema).toMatchObject({ properties: { api_key: { writeOnly: true } } });
  });

  it('asks for what webhooks and streams need', () => {
    const manifest = compile({
      categories: ['outbound', 'inbound'],
      capabilities: ['send_fax', 'get_status', 'webhook', 'list'],
      credentials: [{ name: 'api_key' }, { name: 'hook_key' }],
      webhooks: {
        status: {
          verification: {
            scheme: 'hmac',
            algorithm: 'sha256',
            key: 'creds.hook_key',
            signed_payload: ['raw_body'],
            signature: { header: 'X-Signature', encoding: 'hex' },
          },
          dedupe_key: 'event.id',
          respond: { status: 202 },
        },
      },
      streams: {
        people: {
          request: { method: 'GET', url: 'https://api.acme-fax.example/v1/people' },
          record_selector: { path: '$.people[*]' },
          map: { type: 'person', external_id: 'id', data: { display_name: 'name' } },
        },
      },
      rate_limit: { requests: 5, per_ms: 500 },
    });
    expect(validateManifest(manifest)).toEqual({ valid: true, errors: [] });
    expect(manifest.permissions).toEqual([
      'network:outbound:api.acme-fax.example',
      'network:inbound',
      'event:publish:communication.*',
      'data:write:persons',
    ]);
    expect(manifest.webhooks).toMatchObject([
      {
        name: 'status',
        verify: 'hmac',
        secret: 'hook_key',
        signature: { algorithm: 'sha256', header: 'X-Signature', parts: ['raw_body'] },
        deliveryId: { fields: ['event.id'] },
        response: { status: 202 },
      },
    ]);
    expect(manifest.requestBudget).toEqual({ requests: 10, perSeconds: 1 });
    expect(manifest.schedule).toBe('@hourly');
  });

  it('is a connector where it only draws records', () => {
    const { actions, ...rest } = aFaxManifest({
      categories: ['connector'],
      capabilities: ['list'],
      streams: {
        people: {
          request: { method: 'GET', url: 'https://api.acme-fax.example/v1/people' },
          record_selector: { path: '$[*]' },
          map: { type: 'person', external_id: 'id', data: {} },
        },
      },
    });
    expect(actions).toBeDefined();
    const manifest = compilePluginManifest(checkHttpManifest(rest));
    expect(manifest).toMatchObject({ type: 'connector' });
    expect(manifest.channel).toBeUndefined();
    expect(manifest.provider).toBeUndefined();
  });
});
