import { makeSealingKeys, open } from '@made-open/bus';
import { sha256 } from '../bundles/digest.ts';
import { IdentifyRunner, type IdentifyRunnerParts } from './identify-runner.ts';
import type { RunnerPod } from './pods.ts';

const token = 'token of the pod';
const owner = {
  namespace: 'runners',
  serviceAccount: 'made-open-runner',
  podName: 'a-1',
  podUid: 'u1',
};
const pod: RunnerPod = {
  uid: 'u1',
  labels: {
    'app.kubernetes.io/managed-by': 'made-open-plugin-manager',
    'app.kubernetes.io/component': 'plugin-runner',
    'made-open.io/installation': 'made-open',
  },
  annotations: { 'made-open.io/plugin-id': 'com.example.a' },
  isEnding: false,
};

function identities(
  found: Partial<RunnerPod> | undefined = {},
  of: Partial<typeof owner> = {},
): IdentifyRunner {
  const parts: IdentifyRunnerParts = {
    tokens: { owner: () => Promise.resolve({ ...owner, ...of }) },
    pods: { find: (name) => Promise.resolve(name === 'a-1' ? { ...pod, ...found } : undefined) },
    namespace: 'runners',
    serviceAccount: 'made-open-runner',
    installation: 'made-open',
    issue: (pluginId) =>
      Promise.resolve({
        credentials: `credentials of ${pluginId}`,
        ticket: 't',
        walletSigningKey: 'k',
        expiresInSeconds: 60,
      }),
  };
  return new IdentifyRunner(parts);
}

describe('IdentifyRunner', () => {
  it('tells a runner’s pod, and only who asked, what its plugin’s runner needs', async () => {
    const { publicKey, privateKey } = await makeSealingKeys();
    const box = await identities().identify({ token, publicKey });
    const info = ['madeopen-runner-identity-v1', 'com.example.a', sha256(token)];
    expect(JSON.parse(await open(privateKey, info, box))).toEqual({
      credentials: 'credentials of com.example.a',
      ticket: 't',
      walletSigningKey: 'k',
      expiresInSeconds: 60,
    });
    const other = await makeSealingKeys();
    await expect(open(other.privateKey, info, box)).rejects.toThrow();
  });

  it.each<[string, IdentifyRunner]>([
    ['of another namespace', identities({}, { namespace: 'default' })],
    ['of another account', identities({}, { serviceAccount: 'default' })],
    ['that is gone', identities({}, { podName: 'b-1' })],
    ['that has the name of one that is gone', identities({ uid: 'u2' })],
    ['that is being ended', identities({ isEnding: true })],
    [
      'that somebody else made',
      identities({ labels: { ...pod.labels, 'app.kubernetes.io/managed-by': 'Helm' } }),
    ],
    [
      'of another installation',
      identities({ labels: { ...pod.labels, 'made-open.io/installation': 'other' } }),
    ],
    ['without a plugin', identities({ annotations: {} })],
  ])('refuses a pod %s', async (_, refusing) => {
    const { publicKey } = await makeSealingKeys();
    await expect(refusing.identify({ token, publicKey })).rejects.toMatchObject({
      code: 'runner.pod_refused',
      retry: 'never',
    });
  });
});
