import { once } from 'node:events';
import { bootstrapUser } from '@made-open/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { checkPlatform } from './check/check-platform.ts';
import { backUpFiles, restoreFiles } from './files/files-archive.ts';
import { ConnectProxy } from './proxy/connect-proxy.ts';
import { openWhenUp, setUpPostgres } from './platform/set-up-postgres.ts';
import { openNats, setUpNats } from './platform/set-up-nats.ts';
import { installationSecrets, services } from './secrets/installation-secrets.ts';
import { KubernetesSecretStore } from './secrets/kubernetes-secret-store.ts';
import { Settings } from './settings.ts';

/** What plugins send gets its answer; the chart leaves pods of the proxy somewhat longer. */
const proxyEndsWithinMs = 60_000;

const settings = new Settings(process.env);

/** Does something with the archive of files that a variable names, as NATS' administrator. */
async function withFiles(
  work: (nats: NatsConnection, path: string) => Promise<number>,
): Promise<string> {
  const path = settings.text('FILES_ARCHIVE');
  const access = { url: settings.text('NATS_URL'), caFile: settings.optional('NATS_CA_FILE') };
  const nats = await openNats(access, settings.fileIn('SECRETS_DIR', 'setup/administrator.creds'));
  try {
    return `${path}: ${String(await work(nats, path))} parts of files`;
  } finally {
    await nats.close();
  }
}

/** Steps of an installation and of its upkeep, each a command of its own that may be repeated. */
const commands: Readonly<Record<string, () => Promise<string>>> = {
  async secrets() {
    const store = KubernetesSecretStore.inPod(
      settings.text('NAMESPACE'),
      settings.text('INSTALLATION'),
    );
    const secrets = await installationSecrets(await store.read(), {
      limits: {
        memoryBytes: settings.limit('NATS_MEMORY_BYTES'),
        diskBytes: settings.limit('NATS_DISK_BYTES'),
        streams: settings.limit('NATS_STREAMS'),
        consumers: settings.limit('NATS_CONSUMERS'),
      },
      bootstrapDays: settings.integer('BOOTSTRAP_DAYS', 400),
    });
    await store.write(secrets);
    return `${String(Object.keys(secrets).length)} secrets are in place`;
  },

  async bootstrap() {
    const caFile = settings.optional('NATS_CA_FILE');
    const store = KubernetesSecretStore.inPod(
      settings.text('NAMESPACE'),
      settings.text('INSTALLATION'),
    );
    await store.write({
      [bootstrapUser]: {
        'nats.creds': settings.fileIn('SECRETS_DIR', 'nats.creds'),
        'identity.pub': settings.fileIn('SECRETS_DIR', 'identity.pub'),
        ...(caFile === undefined ? {} : { 'nats-ca.crt': settings.file(caFile) }),
      },
    });
    return 'pods of runners can ask who they are';
  },

  async nats() {
    await setUpNats({
      url: settings.text('NATS_URL'),
      caFile: settings.optional('NATS_CA_FILE'),
      replicas: settings.integer('STREAM_REPLICAS', 1),
      administrator: settings.fileIn('SECRETS_DIR', 'setup/administrator.creds'),
      system: settings.fileIn('SECRETS_DIR', 'setup/system.creds'),
      accountJwt: settings.fileIn('SECRETS_DIR', 'setup/account.jwt'),
    });
    return 'the account, streams and consumers are in place';
  },

  async postgres() {
    const access = {
      url: settings.text('DATABASE_URL'),
      password: settings.password('DATABASE_PASSWORD_FILE'),
    };
    const passwords = Object.fromEntries(
      services.map((service) => [
        service,
        settings.fileIn('SECRETS_DIR', `${service}/database-password`),
      ]),
    );
    await setUpPostgres(access, passwords);
    return 'extensions, roles and schemas are in place';
  },

  async await() {
    const access = {
      url: settings.text('DATABASE_URL'),
      password: settings.password('DATABASE_PASSWORD_FILE'),
    };
    await (await openWhenUp(access)).end();
    return 'the platform is set up';
  },

  'back-up-files': () => withFiles(backUpFiles),

  'restore-files': () => withFiles(restoreFiles),

  async proxy() {
    const ports = settings.text('PROXY_PORTS').split(',').map(Number);
    const proxy = new ConnectProxy({
      ports,
      note: (text) => void process.stdout.write(`${text}\n`),
    });
    await proxy.listen(settings.integer('PORT', 3128));
    await once(process, 'SIGTERM');
    await proxy.close(proxyEndsWithinMs);
    return 'the proxy has ended';
  },

  async check() {
    const urls = { manager: settings.text('MANAGER_URL'), gateway: settings.text('GATEWAY_URL') };
    return (await checkPlatform(urls, settings.password('ADMIN_KEY_FILE'))).join('\n');
  },
};

const [, , name = ''] = process.argv;
const command = commands[name];
if (command === undefined) {
  process.stderr.write(`usage: main.js ${Object.keys(commands).join('|')}\n`);
  process.exitCode = 2;
} else process.stdout.write(`${await command()}\n`);
