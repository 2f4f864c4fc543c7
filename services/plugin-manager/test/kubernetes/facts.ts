import type { RunnerDeploymentFacts } from '../../src/kubernetes/runner-deployment.ts';

/** How an operator wants runners, for tests. */
export const facts: RunnerDeploymentFacts = {
  settings: {
    namespace: 'runners',
    installation: 'made-open',
    image: 'registry.example/made-open/plugin-runner@sha256:abc',
    pullPolicy: 'IfNotPresent',
    pullSecrets: ['registry'],
    serviceAccount: 'made-open-runner',
    bootstrapSecret: 'made-open-runner-bootstrap',
    owner: 'made-open-plugin-manager',
    natsUrl: 'nats://nats:4222',
    cpuRequest: '50m',
    maxMemoryMb: 2048,
    terminationSeconds: 30,
    hostUsers: true,
    nodeSelector: {},
    tolerations: [],
  },
  environment: { LOG_LEVEL: 'info' },
};
