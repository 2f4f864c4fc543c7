import type { LocalSecrets } from '../secrets/local-secrets.ts';
import { environmentOf } from './service-settings.ts';

const platform = {
  ports: { postgres: 5432, nats: 4222, manager: 4100, gateway: 4101, sample: 4102 },
  secrets: {
    adminKey: { id: 'k1', hash: 'h1' },
    nats: { accountPublicKey: 'A1' },
  } as LocalSecrets,
  logLevel: 'info',
};
const publicUrlOf = (service: string, publicUrl?: string): string | undefined =>
  environmentOf(service, { ...platform, publicUrl })['PUBLIC_URL'];

describe('environmentOf', () => {
  const told = ['channel-gateway', 'connector-scheduler', 'plugin-manager'];

  it('tells the address of the gateway to all who name it to providers', () => {
    for (const service of told) expect(publicUrlOf(service)).toBe('http://127.0.0.1:4101');
  });

  it('tells that of a tunnel instead, also to whoever signs in', () => {
    const tunnel = 'https://abc.tunnel.example';
    for (const service of told) expect(publicUrlOf(service, tunnel)).toBe(tunnel);
    const wallet = environmentOf('credential-wallet', { ...platform, publicUrl: tunnel });
    expect(wallet['OAUTH_REDIRECT_URL']).toBe(`${tunnel}/oauth/callback`);
  });
});
