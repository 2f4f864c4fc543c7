import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { PodTokens } from './pod-token.ts';
import { TokenKeySource, type TokenKeys } from './token-keys.ts';

const issuer = 'https://kubernetes.default.svc';
const nowMs = Date.parse('2026-11-21T12:00:00Z');
const bound = {
  'kubernetes.io': {
    namespace: 'runners',
    pod: { name: 'a-1', uid: 'u1' },
    serviceaccount: { name: 'made-open-runner', uid: 'u2' },
  },
};

class MemoryKeys extends TokenKeySource {
  keys: JWK[] = [];
  reads = 0;

  override read(): Promise<TokenKeys> {
    this.reads++;
    return Promise.resolve({ issuer, keys: { keys: [...this.keys] } });
  }
}

async function aKey(source: MemoryKeys, kid: string): Promise<CryptoKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  source.keys.push({ ...(await exportJWK(publicKey)), kid, alg: 'RS256' });
  return privateKey;
}

interface Differing {
  readonly audience?: string;
  readonly issuer?: string;
  readonly expires?: number;
  readonly claims?: Record<string, unknown>;
}

function sign(key: CryptoKey, kid: string, differing: Differing = {}): Promise<string> {
  return new SignJWT(differing.claims ?? bound)
    .setProtectedHeader({ alg: 'RS256', kid })
    .setSubject('system:serviceaccount:runners:made-open-runner')
    .setIssuer(differing.issuer ?? issuer)
    .setAudience(differing.audience ?? 'made-open-plugin-manager')
    .setExpirationTime(differing.expires ?? nowMs / 1000 + 600)
    .sign(key);
}

describe('PodTokens', () => {
  let source: MemoryKeys;
  let key: CryptoKey;
  let clock: number;
  let tokens: PodTokens;

  beforeEach(async () => {
    source = new MemoryKeys();
    key = await aKey(source, 'first');
    clock = nowMs;
    tokens = new PodTokens(source, () => clock);
  });

  it('tells whose token it is, and asks for keys once', async () => {
    const expected = {
      namespace: 'runners',
      serviceAccount: 'made-open-runner',
      podName: 'a-1',
      podUid: 'u1',
    };
    expect(await tokens.owner(await sign(key, 'first'))).toEqual(expected);
    expect(await tokens.owner(await sign(key, 'first'))).toEqual(expected);
    expect(source.reads).toBe(1);
  });

  it.each<[string, Differing]>([
    ['for another audience', { audience: 'https://kubernetes.default.svc' }],
    ['of another issuer', { issuer: 'https://other.example' }],
    ['that has expired', { expires: nowMs / 1000 - 60 }],
    ['of no pod', { claims: { 'kubernetes.io': { namespace: 'runners' } } }],
  ])('refuses a token %s', async (_, differing) => {
    await expect(tokens.owner(await sign(key, 'first', differing))).rejects.toMatchObject({
      code: 'runner.pod_refused',
    });
  });

  it('refuses what somebody else signed, and what is no token', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    for (const token of [await sign(privateKey, 'first'), 'no token', ''])
      await expect(tokens.owner(token)).rejects.toMatchObject({ code: 'runner.pod_refused' });
  });

  it('finds a key that is new, but does not look for every token of a stranger', async () => {
    await tokens.owner(await sign(key, 'first'));
    const second = await aKey(source, 'second');
    const token = await sign(second, 'second');
    await expect(tokens.owner(token)).rejects.toMatchObject({ code: 'runner.pod_refused' });
    expect(source.reads).toBe(1);
    clock += 5000;
    expect(await tokens.owner(token)).toMatchObject({ podName: 'a-1' });
    expect(source.reads).toBe(2);
  });

  it('lets a fault of the API server be one', async () => {
    source.read = () => Promise.reject(new Error('no route'));
    await expect(tokens.owner(await sign(key, 'first'))).rejects.toThrow('no route');
  });
});
