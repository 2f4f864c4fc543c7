const httpProbe = { httpGet: null };
const own = { command: ['/usr/bin/node', '-e', 'process.exit()'] };

function container(change: object): object {
  return { containers: [{ name: 'runner', ...change }] };
}

function variable(name: string, value: string): object {
  return container({ env: [{ name, value }] });
}

function secured(securityContext: object): object {
  return container({ securityContext });
}

/** What somebody with plugin-manager's token would try in the pods of runners, and why it is refused. */
export const forbiddenChanges: readonly (readonly [string, object, string])[] = [
  ['network of the node', { hostNetwork: true }, 'share something with their node'],
  ['processes of the node', { hostPID: true }, 'share something with their node'],
  ['a node of its choice', { nodeName: 'other' }, 'share something with their node'],
  ['users of the node, or none', { hostUsers: false }, 'run elsewhere, in another way'],
  ['another runtime', { runtimeClassName: 'bare' }, 'run elsewhere, in another way'],
  ['another rank', { priorityClassName: 'system-node-critical' }, 'run elsewhere'],
  ['other nodes', { nodeSelector: { pool: 'servers' } }, 'run elsewhere'],
  ['nodes of the control plane', { tolerations: [{ operator: 'Exists' }] }, 'run elsewhere'],
  ['another account', { serviceAccountName: 'default' }, 'another account'],
  ['a token of the API server', { automountServiceAccountToken: true }, 'or its token'],
  ['another image', container({ image: 'localhost/other:1' }), 'another image'],
  ['a command', container({ command: ['/bin/sh'] }), 'a command'],
  ['arguments', container({ args: ['-e', 'process.exit()'] }), 'a command'],
  [
    'a second container',
    { containers: [{ name: 'second', image: 'localhost/made-open/setup:story' }] },
    'more than one container',
  ],
  [
    'a container before it',
    { initContainers: [{ name: 'first', image: 'localhost/made-open/setup:story' }] },
    'more than one container',
  ],
  [
    'code in the probe of its start',
    container({ startupProbe: { ...httpProbe, exec: own } }),
    'a command',
  ],
  [
    'code in the probe of its life',
    container({ livenessProbe: { ...httpProbe, exec: own } }),
    'a command',
  ],
  [
    'code in the probe of its readiness',
    container({ readinessProbe: { ...httpProbe, exec: own } }),
    'a command',
  ],
  ['code at its end', container({ lifecycle: { preStop: { exec: own } } }), 'a command'],
  [
    'code by NODE_OPTIONS',
    variable('NODE_OPTIONS', '--import data:text/javascript,'),
    'variables other',
  ],
  ['another NATS', variable('NATS_URL', 'nats://elsewhere.example:4222'), 'variables other'],
  ['a key of its own', variable('MANAGER_IDENTITY_KEY_FILE', '/tmp/own'), 'variables other'],
  [
    'variables of a secret',
    container({ envFrom: [{ secretRef: { name: 'made-open-runner-bootstrap' } }] }),
    'a command',
  ],
  [
    'other answers to names',
    { hostAliases: [{ ip: '10.0.0.1', hostnames: ['nats'] }] },
    'find names elsewhere',
  ],
  ['another name server', { dnsConfig: { nameservers: ['10.0.0.1'] } }, 'find names elsewhere'],
  ['root in the pod', { securityContext: { runAsUser: 0 } }, 'may do more'],
  ['root in the container', secured({ runAsUser: 0, runAsNonRoot: false }), 'may do more'],
  ['all calls of the kernel', secured({ seccompProfile: { type: 'Unconfined' } }), 'may do more'],
  ['privileges', secured({ privileged: true, allowPrivilegeEscalation: true }), 'may do more'],
  ['capabilities', secured({ capabilities: { add: ['NET_RAW'] } }), 'may do more'],
  ['a folder to write to', secured({ readOnlyRootFilesystem: false }), 'may do more'],
  [
    'a secret as a volume',
    { volumes: [{ name: 'kek', secret: { secretName: 'made-open-credential-wallet' } }] },
    'volumes other than',
  ],
  [
    'a secret in a volume of several',
    {
      volumes: [
        {
          name: 'kek',
          projected: { sources: [{ secret: { name: 'made-open-credential-wallet' } }] },
        },
      ],
    },
    'volumes other than',
  ],
  [
    'a token for somebody else',
    {
      volumes: [
        {
          name: 'token',
          projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault' } }] },
        },
      ],
    },
    'volumes other than',
  ],
  [
    'a folder of the node',
    { volumes: [{ name: 'host', hostPath: { path: '/' } }] },
    'volumes other than',
  ],
  ['more memory', container({ resources: { limits: { memory: '64Gi' } } }), 'limit of memory'],
];
