import { eventually, makeCertificate } from '@made-open/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonWith } from './python-packages.ts';
import { MatrixUser } from './matrix-user.ts';

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
const serverName = 'story.example';

/** What the homeserver calls itself to its clients; the platform's own host is led to it. */
export const matrixHost = 'matrix-client.matrix.org';

/** Synapse, a homeserver that none of us wrote, with a database of its own in a temporary folder. */
export class Homeserver {
  readonly port: number;
  readonly identity: { readonly ca: string };
  readonly #folder: string;
  readonly #secret: string;
  #process: ChildProcess | undefined;

  private constructor(
    port: number,
    ca: string,
    { folder, secret }: { folder: string; secret: string },
  ) {
    this.port = port;
    this.identity = { ca };
    this.#folder = folder;
    this.#secret = secret;
  }

  static async start(): Promise<Homeserver> {
    const folder = mkdtempSync(join(tmpdir(), 'made-open-synapse-'));
    const port = await freePort();
    const secret = randomBytes(16).toString('hex');
    const { certificate, key } = await makeCertificate(matrixHost);
    mkdirSync(join(folder, 'media'));
    writeFileSync(join(folder, 'certificate.pem'), certificate);
    writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
    writeFileSync(join(folder, 'homeserver.yaml'), JSON.stringify(configOf(folder, port, secret)));
    writeFileSync(
      join(folder, 'signing.key'),
      `ed25519 a_1 ${randomBytes(32).toString('base64').replace(/=+$/u, '')}\n`,
    );
    const homeserver = new Homeserver(port, certificate, { folder, secret });
    await homeserver.resume();
    return homeserver;
  }

  /** Starts it, with all that it knew. */
  async resume(): Promise<void> {
    const log = openSync(join(this.#folder, 'homeserver.log'), 'a');
    this.#process = spawn(
      pythonWith(requirements),
      ['-m', 'synapse.app.homeserver', '-c', join(this.#folder, 'homeserver.yaml')],
      { cwd: this.#folder, stdio: ['ignore', log, log] },
    );
    const process = this.#process;
    await eventually(
      async () => {
        if (process.exitCode !== null)
          throw new Error(`Synapse ended with ${String(process.exitCode)}`);
        await this.ask('GET', '/_matrix/client/versions');
      },
      { timeoutMs: 120_000, everyMs: 200 },
    );
  }

  /** An outage: nobody answers until it is resumed. */
  async pause(): Promise<void> {
    const process = this.#process;
    if (process === undefined || process.exitCode !== null) return;
    const ended = once(process, 'exit');
    process.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Makes a user by the shared secret of registration (Synapse's admin API). */
  async addUser(name: string): Promise<MatrixUser> {
    const path = '/_synapse/admin/v1/register';
    const { nonce } = await this.ask<{ nonce: string }>('GET', path);
    const password = randomBytes(12).toString('hex');
    const mac = createHmac('sha1', this.#secret)
      .update([nonce, name, password, 'notadmin'].join('\0'))
      .digest('hex');
    const body = { nonce, username: name, password, admin: false, mac };
    const made = await this.ask<{ user_id: string; access_token: string }>('POST', path, { body });
    return new MatrixUser(this, made.user_id, made.access_token);
  }

  /** One request of its API; rejects when the answer is not 2xx. */
  ask<T>(
    method: string,
    path: string,
    { body, token }: { body?: unknown; token?: string } = {},
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          method,
          path,
          host: '127.0.0.1',
          port: this.port,
          ca: this.identity.ca,
          servername: matrixHost,
          headers: {
            ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
            ...(Buffer.isBuffer(body) ? { 'Content-Type': 'application/octet-stream' } : {}),
          },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => {
            const text = Buffer.concat(parts).toString();
            if ((answer.statusCode ?? 0) >= 300) reject(new Error(`${method} ${path}: ${text}`));
            else resolve(JSON.parse(text) as T);
          });
        },
      );
      asked.on('error', reject);
      asked.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
  }
}

/** YAML holds JSON. Nothing leaves this machine: no federation, no key servers, no reports. */
function configOf(folder: string, port: number, secret: string): object {
  const unlimited = { per_second: 10_000, burst_count: 10_000 };
  return {
    server_name: serverName,
    pid_file: join(folder, 'homeserver.pid'),
    listeners: [
      {
        port,
        bind_addresses: ['127.0.0.1'],
        type: 'http',
        tls: true,
        resources: [{ names: ['client', 'media'] }],
      },
    ],
    tls_certificate_path: join(folder, 'certificate.pem'),
    tls_private_key_path: join(folder, 'key.pem'),
    database: { name: 'sqlite3', args: { database: join(folder, 'homeserver.db') } },
    media_store_path: join(folder, 'media'),
    signing_key_path: join(folder, 'signing.key'),
    registration_shared_secret: secret,
    macaroon_secret_key: secret,
    form_secret: secret,
    trusted_key_servers: [],
    federation_domain_whitelist: [],
    report_stats: false,
    enable_registration: false,
    presence: { enabled: false },
    rc_message: unlimited,
    rc_login: { address: unlimited, account: unlimited, failed_attempts: unlimited },
    rc_joins: { local: unlimited, remote: unlimited },
    rc_invites: { per_room: unlimited, per_user: unlimited, per_issuer: unlimited },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
