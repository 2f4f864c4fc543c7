import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { webcrypto } from 'node:crypto';

export interface IssuedCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PKCS8 PEM. */
  readonly key: string;
}

export interface CertificateSubject {
  /** User name for Kubernetes. */
  readonly name: string;
  /** Group for Kubernetes. */
  readonly group?: string;
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
}

type KeyPair = webcrypto.CryptoKeyPair;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 24 * 3600 * 1000;

/** Issues every certificate of one cluster; lives as long as the cluster. */
export class CertificateAuthority {
  readonly #keys: KeyPair;
  readonly #certificate: x509.X509Certificate;

  private constructor(keys: KeyPair, certificate: x509.X509Certificate) {
    this.#keys = keys;
    this.#certificate = certificate;
  }

  static async create(): Promise<CertificateAuthority> {
    x509.cryptoProvider.set(webcrypto);
    const keys = await makeKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=Made Open test cluster',
      ...lifetime(),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature,
          true,
        ),
      ],
    });
    return new CertificateAuthority(keys, certificate);
  }

  get certificate(): string {
    return this.#certificate.toString('pem');
  }

  async key(): Promise<string> {
    return await privatePem(this.#keys);
  }

  async issue(subject: CertificateSubject): Promise<IssuedCertificate> {
    const keys = await makeKeys();
    const names: x509.JsonGeneralNames = [
      ...(subject.dnsNames ?? []).map((value) => ({ type: 'dns' as const, value })),
      ...(subject.addresses ?? []).map((value) => ({ type: 'ip' as const, value })),
    ];
    const certificate = await x509.X509CertificateGenerator.create({
      subject: [
        ...(subject.group === undefined ? [] : [{ O: [subject.group] }]),
        { CN: [subject.name] },
      ],
      issuer: this.#certificate.subject,
      ...lifetime(),
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([
          x509.ExtendedKeyUsage.serverAuth,
          x509.ExtendedKeyUsage.clientAuth,
        ]),
        ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
      ],
    });
    return { certificate: certificate.toString('pem'), key: await privatePem(keys) };
  }
}

function lifetime(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + 30 * dayMs) };
}

function makeKeys(): Promise<KeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function privatePem(keys: KeyPair): Promise<string> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return x509.PemConverter.encode(pkcs8, 'PRIVATE KEY');
}
