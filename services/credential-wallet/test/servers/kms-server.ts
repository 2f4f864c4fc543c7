import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { openBytes, sealBytes } from '../../src/keys/aead.ts';
import { LocalHttpServer, type Answer } from './http-server.ts';

interface KmsRequest {
  readonly KeyId?: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
}

const region = 'eu-central-1';
const idBytes = 36;
/** As the official client signs (Signature Version 4). */
const signed = new RegExp(
  `^AWS4-HMAC-SHA256 Credential=AKIDTEST/\\d{8}/${region}/kms/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}$`,
  'u',
);

/** The part of the AWS KMS API that the wallet uses (AWS JSON 1.1), as the official client speaks to it. */
export class KmsServer {
  readonly region = region;
  /** By id; the alias leads to one of them. */
  readonly keys = new Map<string, Buffer>();
  readonly alias = 'alias/made-open';
  #current = '';
  #http: LocalHttpServer | undefined;

  static async start(): Promise<KmsServer> {
    const server = new KmsServer();
    server.#http = await LocalHttpServer.start((request, body) => server.#answer(request, body));
    return server;
  }

  get url(): string {
    return this.#http?.url ?? '';
  }

  async stop(): Promise<void> {
    await this.#http?.stop();
  }

  /** The alias leads to a new key. */
  rotate(): void {
    this.#current = randomUUID();
    this.keys.set(this.#current, randomBytes(32));
  }

  #answer(request: IncomingMessage, text: string): Answer {
    if (!signed.test(request.headers.authorization ?? ''))
      return fault('IncompleteSignatureException', 'not signed as it should be');
    const body: KmsRequest = JSON.parse(text);
    const id = this.#resolve(body.KeyId);
    const key = this.keys.get(id);
    if (key === undefined) return fault('NotFoundException', `Key '${id}' not found`);
    const arn = arnOf(id);
    const context = textOf(body.EncryptionContext);
    switch (request.headers['x-amz-target']) {
      case 'TrentService.DescribeKey':
        return given({ KeyMetadata: { Arn: arn, KeyId: id, Enabled: true } });
      case 'TrentService.Encrypt': {
        const sealed = sealBytes(key, context, Buffer.from(body.Plaintext ?? '', 'base64'));
        const blob = Buffer.concat([Buffer.from(id), sealed]).toString('base64');
        return given({ CiphertextBlob: blob, KeyId: arn });
      }
      case 'TrentService.Decrypt':
        return this.#decrypt(id, Buffer.from(body.CiphertextBlob ?? '', 'base64'), context);
      default:
        return fault('UnknownOperationException', '');
    }
  }

  #decrypt(id: string, blob: Buffer, context: string): Answer {
    const under = blob.subarray(0, idBytes).toString();
    if (!this.keys.has(under)) return fault('InvalidCiphertextException', '');
    if (under !== id) return fault('IncorrectKeyException', 'The key ID is another one');
    try {
      const plain = openBytes(
        this.keys.get(id) ?? Buffer.alloc(0),
        context,
        blob.subarray(idBytes),
      );
      return given({ Plaintext: plain.toString('base64'), KeyId: arnOf(id) });
    } catch {
      return fault('InvalidCiphertextException', '');
    }
  }

  #resolve(keyId = ''): string {
    if (keyId === this.alias) return this.#current;
    return keyId.slice(keyId.lastIndexOf('/') + 1);
  }
}

const textOf = (context: KmsRequest['EncryptionContext'] = {}): string =>
  JSON.stringify(Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : 1)));
const arnOf = (id: string): string => `arn:aws:kms:${region}:111122223333:key/${id}`;
const given = (body: object): Answer => ({
  status: 200,
  body,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
});
const fault = (type: string, message: string): Answer => ({
  status: 400,
  body: { __type: type, message },
  headers: { 'content-type': 'application/x-amz-json-1.1' },
});
