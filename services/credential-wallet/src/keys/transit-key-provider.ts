import { WalletError } from '../errors.ts';
import { KeyProvider, type KeyContext, type WrappedKey } from './key-provider.ts';

export interface TransitSettings {
  /** `https://vault.example.com:8200`. */
  readonly address: string;
  readonly mount: string;
  readonly key: string;
  readonly namespace: string | undefined;
  /** Read at each call: an agent beside the wallet renews it. */
  readonly token: () => string;
}

interface TransitAnswer {
  readonly latest_version?: unknown;
  readonly ciphertext?: unknown;
  readonly plaintext?: unknown;
}

const timeoutMs = 5000;
const versionKnownMs = 30_000;
const ciphertextForm = /^vault:v(\d+):/u;
/** What Vault says when a ciphertext does not belong to the key, the version or the associated data. */
const tampering = /message authentication failed|invalid ciphertext/u;

/** A key of HashiCorp Vault's Transit engine: it never leaves Vault, and its versions are the key-encryption keys. */
export class TransitKeyProvider extends KeyProvider {
  readonly #settings: TransitSettings;
  #version: { readonly number: number; readonly at: number } | undefined;

  constructor(settings: TransitSettings) {
    super();
    this.#settings = settings;
  }

  override placeOf(): string {
    return 'Vault';
  }

  override async activeId(): Promise<string> {
    const now = performance.now();
    if (this.#version === undefined || now - this.#version.at > versionKnownMs) {
      const { latest_version: version } = await this.#call('GET', 'keys');
      if (typeof version !== 'number') throw unavailable('it gave no version of the key');
      this.#version = { number: version, at: now };
    }
    return this.#id(this.#version.number);
  }

  override owns(kekId: string): boolean {
    return kekId.startsWith(this.#prefix);
  }

  override async wrap(dataKey: Buffer, context: KeyContext): Promise<WrappedKey> {
    const { ciphertext } = await this.#call('POST', 'encrypt', {
      plaintext: dataKey.toString('base64'),
      associated_data: this.#binding(context),
    });
    const version = ciphertextForm.exec(typeof ciphertext === 'string' ? ciphertext : '')?.[1];
    if (typeof ciphertext !== 'string' || version === undefined)
      throw unavailable('it gave no ciphertext');
    this.#version = { number: Number(version), at: performance.now() };
    return { kekId: this.#id(Number(version)), wrapped: Buffer.from(ciphertext) };
  }

  override async unwrap({ kekId, wrapped }: WrappedKey, context: KeyContext): Promise<Buffer> {
    const ciphertext = wrapped.toString();
    // Vault goes by the version in the ciphertext: both must tell the same, or a rotation would count the row wrongly.
    if (this.#id(Number(ciphertextForm.exec(ciphertext)?.[1])) !== kekId)
      throw tampered(kekId, 'its version is another one');
    const { plaintext } = await this.#call('POST', 'decrypt', {
      ciphertext,
      associated_data: this.#binding(context),
    });
    if (typeof plaintext !== 'string') throw unavailable('it gave no plaintext');
    return Buffer.from(plaintext, 'base64');
  }

  get #prefix(): string {
    return `vault:${this.#settings.mount}/${this.#settings.key}:v`;
  }

  #id(version: number): string {
    return `${this.#prefix}${String(version)}`;
  }

  #binding(context: KeyContext): string {
    return Buffer.from(JSON.stringify(['dek-v1', this.#prefix, ...context])).toString('base64');
  }

  async #call(method: string, action: string, body?: object): Promise<TransitAnswer> {
    const { mount, key } = this.#settings;
    const response = await this.#send(`${mount}/${action}/${key}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await readAnswer(response);
    if (response.ok) return answer.data;
    if (action === 'decrypt' && tampering.test(answer.errors))
      throw tampered(`${this.#prefix}…`, answer.errors);
    throw unavailable(`${String(response.status)} ${answer.errors}`.trim());
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const { address, namespace, token } = this.#settings;
    try {
      return await fetch(new URL(`/v1/${path}`, address), {
        ...init,
        headers: {
          'x-vault-request': 'true',
          'x-vault-token': token(),
          ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
        },
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (cause) {
      throw unavailable('it cannot be reached', cause);
    }
  }
}

async function readAnswer(response: Response): Promise<{ data: TransitAnswer; errors: string }> {
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null) return { data: {}, errors: '' };
  const data = 'data' in body && typeof body.data === 'object' ? (body.data ?? {}) : {};
  const errors = 'errors' in body && Array.isArray(body.errors) ? body.errors : [];
  return { data, errors: errors.filter((error) => typeof error === 'string').join('; ') };
}

function unavailable(what: string, cause?: unknown): WalletError {
  return new WalletError(
    'kek_unavailable',
    `Vault does not do its part: ${what}; look at VAULT_ADDR, VAULT_TOKEN_FILE, VAULT_TRANSIT_KEY and the policy of the token`,
    { cause },
  );
}

function tampered(kekId: string, what: string): WalletError {
  return new WalletError(
    'secret_tampered',
    `a data key does not open under the key-encryption key "${kekId}": its row was changed, or the key is another one of the same name (${what})`,
  );
}
