import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { openBytes, sealBytes } from '../../src/keys/aead.ts';
import { LocalHttpServer, type Answer } from './http-server.ts';

const type = 'aes256-gcm96';

/** The part of Vault's HTTP API that the Transit engine is used by: paths, fields, statuses and error texts as documented. */
export class TransitServer {
  readonly token = `hvs.${randomBytes(18).toString('base64url')}`;
  /** By name; the index is the version - 1. */
  readonly keys = new Map<string, Buffer[]>();
  isSealed = false;
  minDecryptionVersion = 1;
  #http: LocalHttpServer | undefined;

  static async start(): Promise<TransitServer> {
    const server = new TransitServer();
    server.#http = await LocalHttpServer.start((request, body) => server.#answer(request, body));
    return server;
  }

  get url(): string {
    return this.#http?.url ?? '';
  }

  async stop(): Promise<void> {
    await this.#http?.stop();
  }

  rotate(name: string): void {
    this.keys.set(name, [...(this.keys.get(name) ?? []), randomBytes(32)]);
  }

  #answer(request: IncomingMessage, text: string): Answer {
    if (this.isSealed) return refused(503, 'Vault is sealed');
    if (request.headers['x-vault-token'] !== this.token) return refused(403, 'permission denied');
    const [, , mount, action, name = ''] = String(request.url).split('/');
    if (mount !== 'transit') return refused(404, `no handler for route "${String(mount)}/"`);
    const versions = this.keys.get(name);
    if (action === 'keys') return description(name, versions);
    if (versions === undefined) return refused(400, 'encryption key not found');
    const body: unknown = JSON.parse(text);
    return action === 'encrypt' ? encrypt(versions, body) : this.#decrypt(versions, body);
  }

  #decrypt(versions: readonly Buffer[], body: unknown): Answer {
    const [, version = '', encoded = ''] =
      /^vault:v(\d+):(.+)$/u.exec(field(body, 'ciphertext')) ?? [];
    const key = versions[Number(version) - 1];
    if (key === undefined) return refused(400, 'invalid ciphertext: no prefix');
    if (Number(version) < this.minDecryptionVersion)
      return refused(400, 'ciphertext or signature version is disallowed by policy (too old)');
    try {
      const plain = openBytes(key, field(body, 'associated_data'), Buffer.from(encoded, 'base64'));
      return given({ plaintext: plain.toString('base64') });
    } catch {
      return refused(400, 'cipher: message authentication failed');
    }
  }
}

function description(name: string, versions: readonly Buffer[] | undefined): Answer {
  if (versions === undefined) return { status: 404, body: { errors: [] } };
  return given({ name, type, latest_version: versions.length });
}

function encrypt(versions: readonly Buffer[], body: unknown): Answer {
  const key = versions.at(-1) ?? Buffer.alloc(0);
  const plaintext = Buffer.from(field(body, 'plaintext'), 'base64');
  const sealed = sealBytes(key, field(body, 'associated_data'), plaintext).toString('base64');
  const version = versions.length;
  return given({ ciphertext: `vault:v${String(version)}:${sealed}`, key_version: version });
}

function given(data: object): Answer {
  return { status: 200, body: { request_id: randomBytes(8).toString('hex'), data } };
}

function refused(status: number, error: string): Answer {
  return { status, body: { errors: [error] } };
}

function field(body: unknown, name: string): string {
  if (typeof body !== 'object' || body === null || !(name in body)) return '';
  const value: unknown = Object.getOwnPropertyDescriptor(body, name)?.value;
  return typeof value === 'string' ? value : '';
}
