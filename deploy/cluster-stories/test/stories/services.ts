import { type InstalledPlatform, podsOf } from '../../src/index.ts';
import { probeFrom, strangersPod, type Probed } from '../probe.ts';

const components = [
  'channel-gateway',
  'connector-scheduler',
  'credential-wallet',
  'etl',
  'nats',
  'plugin-manager',
  'postgres',
  'rules',
  'search-indexer',
];

export function describeServices(installed: () => InstalledPlatform): void {
  it('has every service ready, none of which had to start twice', async () => {
    expect(await podsOf(installed())).toEqual(
      components.map((component) => ({
        component,
        name: expect.any(String),
        isReady: true,
        restarts: 0,
      })),
    );
  });

  it('passes its own check', async () => {
    const platform = installed();
    expect(await platform.helm(['test', platform.release])).toContain('Succeeded');
  });

  it('runs services that may do nothing but their work', async () => {
    const platform = installed();
    const targets = [
      'made-open-nats:4222',
      'made-open-postgres:5432',
      'kubernetes.default:443',
      'made-open-plugin-manager:80',
      'made-open-credential-wallet:9090',
      `${platform.cluster.addresses.node}:6443`,
    ];
    const probed = await probeFrom(platform, 'etl', targets);
    expect(probed).toEqual({
      uid: 10_001,
      root: 'EROFS',
      capabilities: '0000000000000000',
      seccomp: '2',
      noNewPrivileges: '1',
      targets: Object.fromEntries(
        targets.map((target, index) => [target, index < 2 ? 'open' : 'closed']),
      ),
    });
  });

  it('lets a stranger in the cluster reach its APIs alone', async () => {
    const { cluster, namespace } = installed();
    const inside = `.${namespace}.svc.cluster.local`;
    const open = [`made-open-plugin-manager${inside}:80`, `made-open-channel-gateway${inside}:80`];
    const closed = [`made-open-nats${inside}:4222`, `made-open-postgres${inside}:5432`];
    const pod = strangersPod('stranger', installed().image('setup'), [...open, ...closed]);
    await cluster.kubectl(['apply', '--filename=-'], pod);
    const ended = '--for=jsonpath={.status.phase}=Succeeded';
    await cluster.kubectl(['wait', ended, 'pod/stranger', '--timeout=100s']);
    const { targets }: Probed = JSON.parse(await cluster.kubectl(['logs', 'stranger']));
    expect(targets).toEqual({
      ...Object.fromEntries(open.map((target) => [target, 'open'])),
      ...Object.fromEntries(closed.map((target) => [target, 'closed'])),
    });
  });
}
