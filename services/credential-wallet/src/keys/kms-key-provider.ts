import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  type KMSClient,
} from '@aws-sdk/client-kms';
import { WalletError } from '../errors.ts';
import { KeyProvider, type KeyContext, type WrappedKey } from './key-provider.ts';

const idKnownMs = 30_000;
const contextName = 'made-open';

/** A key of a KMS with the interface of AWS: it never leaves the service. Rotation means another KMS_KEY_ID, or an alias that moves. */
export class KmsKeyProvider extends KeyProvider {
  readonly #client: KMSClient;
  readonly #keyId: string;
  #arn: { readonly id: string; readonly at: number } | undefined;

  /** `keyId` is the id, ARN or alias of the key that wraps. */
  constructor(client: KMSClient, keyId: string) {
    super();
    this.#client = client;
    this.#keyId = keyId;
  }

  override placeOf(): string {
    return 'the KMS';
  }

  override async activeId(): Promise<string> {
    const now = performance.now();
    if (this.#arn === undefined || now - this.#arn.at > idKnownMs) {
      const command = new DescribeKeyCommand({ KeyId: this.#keyId });
      const { KeyMetadata } = await this.#call(() => this.#client.send(command));
      this.#arn = { id: idOf(KeyMetadata?.Arn), at: now };
    }
    return this.#arn.id;
  }

  override owns(kekId: string): boolean {
    return kekId.startsWith('arn:');
  }

  override async wrap(dataKey: Buffer, context: KeyContext): Promise<WrappedKey> {
    const command = new EncryptCommand({
      KeyId: this.#keyId,
      Plaintext: dataKey,
      EncryptionContext: encryptionContext(context),
    });
    const { CiphertextBlob, KeyId } = await this.#call(() => this.#client.send(command));
    if (CiphertextBlob === undefined) throw unavailable('it gave no ciphertext');
    const kekId = idOf(KeyId);
    this.#arn = { id: kekId, at: performance.now() };
    return { kekId, wrapped: Buffer.from(CiphertextBlob) };
  }

  override async unwrap({ kekId, wrapped }: WrappedKey, context: KeyContext): Promise<Buffer> {
    const command = new DecryptCommand({
      KeyId: kekId,
      CiphertextBlob: wrapped,
      EncryptionContext: encryptionContext(context),
    });
    const { Plaintext } = await this.#call(() => this.#client.send(command));
    if (Plaintext === undefined) throw unavailable('it gave no plaintext');
    return Buffer.from(Plaintext);
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof InvalidCiphertextException || error instanceof IncorrectKeyException)
        throw new WalletError(
          'secret_tampered',
          'a data key does not open under its key-encryption key in the KMS: its row was changed',
          { cause: error },
        );
      throw unavailable(error instanceof Error ? error.name : 'unknown fault', error);
    }
  }
}

function encryptionContext(context: KeyContext): Record<string, string> {
  return { [contextName]: JSON.stringify(['dek-v1', ...context]) };
}

function idOf(arn: string | undefined): string {
  if (arn === undefined || !arn.startsWith('arn:')) throw unavailable('it gave no ARN of the key');
  return arn;
}

function unavailable(what: string, cause?: unknown): WalletError {
  return new WalletError(
    'kek_unavailable',
    `the KMS does not do its part: ${what}; look at KMS_KEY_ID, KMS_ENDPOINT, AWS_REGION, the credentials and the policy of the key`,
    { cause },
  );
}
