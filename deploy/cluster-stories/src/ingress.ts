import { makeCertificate } from '@made-open/testing';
import { IngressClient } from './ingress-client.ts';
import type { InstalledPlatform } from './installed-platform.ts';

export const gatewayHost = 'api.made-open.test';
export const adminHost = 'admin.made-open.test';

const tlsSecrets = { [gatewayHost]: 'api-tls', [adminHost]: 'admin-tls' };

/** Makes certificates for both APIs, and values that have the cluster's ingress controller serve them with TLS. */
export async function prepareIngress(
  platform: InstalledPlatform,
): Promise<{ readonly client: IngressClient; readonly values: object }> {
  const { node } = platform.cluster.addresses;
  const certificates: string[] = [];
  for (const [host, name] of Object.entries(tlsSecrets)) {
    const { certificate, key } = await makeCertificate(host);
    certificates.push(certificate);
    await platform.kubectl(['apply', '--filename=-'], tlsSecret(name, certificate, key));
  }
  return {
    client: new IngressClient(node, certificates),
    values: {
      gateway: { publicUrl: `https://${gatewayHost}` },
      trustedProxies: [`${node}/32`],
      ingress: {
        enabled: true,
        className: 'nginx',
        gateway: { host: gatewayHost, tlsSecret: tlsSecrets[gatewayHost] },
        admin: { host: adminHost, tlsSecret: tlsSecrets[adminHost] },
      },
    },
  };
}

function tlsSecret(name: string, certificate: string, key: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name },
    stringData: { 'tls.crt': certificate, 'tls.key': key },
  });
}
