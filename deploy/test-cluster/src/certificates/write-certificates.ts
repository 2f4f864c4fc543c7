import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Addresses } from '../network/addresses.ts';
import {
  CertificateAuthority,
  type CertificateSubject,
  type IssuedCertificate,
} from './certificate-authority.ts';

export const nodeName = 'node-1';

/** Components that ask the API server, each with a file `<name>.kubeconfig`. */
const clients: readonly (CertificateSubject & { readonly file: string })[] = [
  { file: 'admin', name: 'admin', group: 'system:masters' },
  { file: 'controller-manager', name: 'system:kube-controller-manager' },
  { file: 'scheduler', name: 'system:kube-scheduler' },
  { file: 'kube-proxy', name: 'system:kube-proxy' },
];

/** Writes keys, certificates and kubeconfigs of all components into the cluster's folder. */
export async function writeCertificates(folder: string, addresses: Addresses): Promise<void> {
  const authority = await CertificateAuthority.create();
  const write = fileWriter(join(folder, 'certificates'));
  write('ca.crt', authority.certificate);
  write('ca.key', await authority.key());
  writeServiceAccountKeys(write);
  writePair(write, 'apiserver', await authority.issue(serverSubject(addresses)));
  writePair(
    write,
    'apiserver-kubelet',
    await authority.issue({ name: 'kube-apiserver-kubelet-client', group: 'system:masters' }),
  );
  const kubelet = await authority.issue({
    name: `system:node:${nodeName}`,
    group: 'system:nodes',
    dnsNames: [nodeName],
    addresses: [addresses.node],
  });
  writePair(write, 'kubelet', kubelet);
  const writeConfig = (name: string, user: IssuedCertificate): void =>
    write(`../${name}.kubeconfig`, kubeconfig(`https://${addresses.node}:6443`, authority, user));
  writeConfig('kubelet', kubelet);
  for (const { file, ...subject } of clients) {
    const user = await authority.issue(subject);
    writePair(write, file, user);
    writeConfig(file, user);
  }
}

type Write = (name: string, text: string) => void;

function fileWriter(folder: string): Write {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return (name, text) => writeFileSync(join(folder, name), text, { mode: 0o600 });
}

function writePair(write: Write, name: string, { certificate, key }: IssuedCertificate): void {
  write(`${name}.crt`, certificate);
  write(`${name}.key`, key);
}

function writeServiceAccountKeys(write: Write): void {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  write('service-account.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  write('service-account.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
}

function serverSubject({ apiService, node }: Addresses): CertificateSubject {
  const service = 'kubernetes.default.svc.cluster.local';
  const labels = service.split('.');
  return {
    name: 'kube-apiserver',
    dnsNames: [
      'localhost',
      ...[1, 2, 3, labels.length].map((count) => labels.slice(0, count).join('.')),
    ],
    addresses: [apiService, node, '127.0.0.1'],
  };
}

/** JSON is YAML, too. */
function kubeconfig(
  server: string,
  authority: CertificateAuthority,
  user: IssuedCertificate,
): string {
  const name = 'made-open-test';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server, 'certificate-authority-data': base64(authority.certificate) } },
    ],
    users: [
      {
        name,
        user: {
          'client-certificate-data': base64(user.certificate),
          'client-key-data': base64(user.key),
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
