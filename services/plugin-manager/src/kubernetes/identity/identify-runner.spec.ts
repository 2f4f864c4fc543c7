import { makeSealingKeys, open, seal, type SealedBox } from '@made-open/bus';
import { Secret } from '@made-open/nest';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { sha256 } from '../../bundles/digest.ts';
import { IdentifyRunner, type IdentifyRunnerParts } from './identify-runner.ts';
import type { RunnerPod } from './pods.ts';

const token = 'token of the pod';
const manager = generateKeyPairSync('x25519');
const identityKey = new Secret(
  manager.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
);

function rawOf(key: KeyObject): Uint8Array {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url');
}

function sealed(fields: object, info = 'madeopen-runner-request-v1'): Promise<SealedBox> {
  return seal(rawOf(manager.privateKey), [info], JSON.stringify(fields));
}

const requestOf = (publicKey: Uint8Array): Promise<SealedBox> =>
  sealed({ token, publicKey: Buffer.from(publicKey).toString('base64url') });
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
    identityKey,
  };
  return new IdentifyRunner(parts);
}

describe('IdentifyRunner', () => {
  it('tells a runner’s pod, and only who asked, what its plugin’s runner needs', async () => {
    const { publicKey, privateKey } = await makeSealingKeys();
    const box = await identities().identify(await requestOf(publicKey));
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
    await expect(refusing.identify(await requestOf(publicKey))).rejects.toMatchObject({
      code: 'runner.pod_refused',
      retry: 'never',
    });
  });

  it('keeps the token from whoever reads requests', async () => {
    const { publicKey } = await makeSealingKeys();
    const { ciphertext } = await requestOf(publicKey);
    expect(Buffer.from(ciphertext).toString()).not.toContain(token);
  });

  it.each<[string, () => Promise<SealedBox>]>([
    ['sealed for another purpose', () => sealed({ token }, 'another')],
    ['without a key to answer to', () => sealed({ token })],
    ['without a token', () => sealed({ publicKey: Buffer.alloc(32).toString('base64url') })],
    ['that is no object', () => sealed([])],
  ])('refuses a request %s', async (_, request) => {
    await expect(identities().identify(await request())).rejects.toMatchObject({
      code: 'runner.pod_refused',
      retry: 'never',
    });
  });
});
