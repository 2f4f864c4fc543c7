import { Bus, makeNatsIdentity, serverOptions, type NatsIdentity } from '@made-open/bus';
import { streams } from '@made-open/contracts';
import { runCommand } from '@made-open/images';
import { CertificateAuthority } from '@made-open/test-cluster';
import { eventually } from '@made-open/testing';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChartRenderer, compileMs, describeWithChart, manifestsOf } from './chart-renderer.ts';
import { NatsCluster } from './nats-cluster.ts';

const setup = fileURLToPath(new URL('../../setup/dist/main.js', import.meta.url));

/** A stream has no leader for some seconds after its own was killed. */
const patience = { timeoutMs: 60_000 };

/** The file of the chart's ConfigMap. */
async function chartConfiguration(): Promise<string> {
  const renderer = await ChartRenderer.prepare();
  try {
    // A server that comes back may count twice for a while what its streams set aside.
    const storage = { size: '400Gi' };
    const tls = { serverSecret: 'nats-tls' };
    const values = { nats: { servers: 3, replicas: 3, tls, storage } };
    const map = manifestsOf(await renderer.render(values)).find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'made-open-nats',
    );
    return map?.data?.['nats-server.conf'] ?? '';
  } finally {
    renderer.remove();
  }
}

function identityText(identity: NatsIdentity): string {
  return `operator: ${identity.operatorJwt}
system_account: ${identity.systemAccountPublicKey}
resolver_preload: {
  ${identity.accountPublicKey}: ${identity.accountJwt}
  ${identity.systemAccountPublicKey}: ${identity.systemAccountJwt}
}
`;
}

describeWithChart('three servers of NATS with the configuration of the chart', () => {
  const secrets = mkdtempSync(join(tmpdir(), 'made-open-secrets-'));
  let configuration: string;
  let identity: NatsIdentity;
  let cluster: NatsCluster;
  let administrator: NatsConnection;
  let manager: JetStreamManager;

  beforeAll(async () => {
    configuration = await chartConfiguration();
  }, compileMs);
  beforeAll(async () => {
    identity = await makeNatsIdentity();
    cluster = await NatsCluster.start({
      configuration,
      identity: identityText(identity),
      authority: await CertificateAuthority.create(),
    });
    mkdirSync(join(secrets, 'setup'));
    const files = {
      'administrator.creds': identity.credentials['administrator'] ?? '',
      'system.creds': identity.systemCredentials,
      'account.jwt': identity.accountJwt,
    };
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(secrets, 'setup', name), text);
    await setUp();
    administrator = await connect({
      ...serverOptions({ servers: cluster.url, caFile: cluster.caFile }),
      authenticator: credentials('administrator'),
      maxReconnectAttempts: -1,
    });
    manager = await jetstreamManager(administrator);
  });
  afterAll(async () => {
    await administrator.close();
    await cluster.stop();
    rmSync(secrets, { recursive: true });
  });

  /** The job of the chart. */
  function setUp(): Promise<string> {
    const environment = {
      NATS_URL: cluster.url,
      NATS_CA_FILE: cluster.caFile,
      STREAM_REPLICAS: '3',
      SECRETS_DIR: secrets,
    };
    return runCommand(process.execPath, [setup, 'nats'], { env: environment });
  }

  function credentials(name: string): ReturnType<typeof credsAuthenticator> {
    return credsAuthenticator(new TextEncoder().encode(identity.credentials[name]));
  }

  it('keep every stream on all three, and their job may be repeated', async () => {
    await setUp();
    const kept = await Promise.all(
      streams.map(async ({ name }) => {
        const { config, cluster: group } = await manager.streams.info(name);
        return { name, replicas: config.num_replicas, others: group?.replicas?.length };
      }),
    );
    expect(kept).toEqual(streams.map(({ name }) => ({ name, replicas: 3, others: 2 })));
  });

  it('let a service in by TLS, and nobody who does not know their authority', async () => {
    const bus = await Bus.connect({
      servers: cluster.url,
      caFile: cluster.caFile,
      credentials: identity.credentials['etl'] ?? '',
      name: 'etl',
      inboxPrefix: '_INBOX.etl',
    });
    expect(bus.isConnected()).toBe(true);
    await bus.close();
    const stranger = connect({
      servers: cluster.url.split(','),
      authenticator: credentials('etl'),
      reconnect: false,
    });
    await expect(stranger).rejects.toThrow(/certificate|issuer/iu);
  });

  it('lose nothing that was acknowledged when the leader is killed, and go on', async () => {
    const client = jetstream(administrator);
    const publish = async (from: number, to: number): Promise<void> => {
      for (let number = from; number < to; number++)
        await eventually(async () => {
          const acknowledged = await client.publish(`dead.test.${String(number)}`, '', {
            msgID: String(number),
          });
          expect(acknowledged.stream).toBe('DEAD_LETTERS');
        }, patience);
    };
    await publish(0, 20);
    const before = await manager.streams.info('DEAD_LETTERS');
    const index = await cluster.kill(before.cluster?.leader ?? '');
    await publish(20, 40);
    await cluster.startServer(index);
    await eventually(async () => {
      const { state, cluster: group } = await manager.streams.info('DEAD_LETTERS');
      expect(state.messages).toBe(40);
      expect(group?.replicas?.map(({ current }) => current)).toEqual([true, true]);
    }, patience);
  });
});
