import { seal, signBox } from '@made-open/bus';
import { WalletService } from '@made-open/contracts';
import { generateKeyPairSync } from 'node:crypto';
import { WalletClient } from './wallet-client.ts';

type Options = Parameters<typeof WalletClient.bind>[0];

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A wallet that answers with `text`; what it binds the answer to can be changed. */
function walletWith(text: string, change: { connectionId?: string; key?: string } = {}): Options {
  let runnerKey: Uint8Array = new Uint8Array();
  const call = async (
    method: unknown,
    request: Record<string, Uint8Array | undefined>,
  ): Promise<unknown> => {
    if (method === WalletService.method.bindRunner) {
      runnerKey = request['publicKey'] ?? runnerKey;
      return { runnerId: 'runner-1' };
    }
    const hex = Buffer.from(request['nonce'] ?? []).toString('hex');
    const connectionId = change.connectionId ?? String(request['connectionId']);
    const runId = String(request['runId']);
    const info = ['madeopen-config-v1', 'com.example.a', connectionId, runId, hex];
    const config = await seal(runnerKey, info, text);
    return { config, signature: signBox(change.key ?? signingKey, info, config) };
  };
  return {
    bus: { call: call as Options['bus']['call'] },
    token: 'com_example_a',
    pluginId: 'com.example.a',
    walletSigningKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

describe('WalletClient', () => {
  const configOf = async (options: Options): Promise<unknown> =>
    (await WalletClient.bind(options, 'ticket')).config('c1', 'r1', {
      signal: new AbortController().signal,
    });

  it('opens what the wallet sealed for this connection and run', async () => {
    expect(await configOf(walletWith('{"apiKey":"k"}'))).toEqual({
      config: { apiKey: 'k' },
      token: undefined,
    });
  });

  it.each([
    ['for another connection', walletWith('{}', { connectionId: 'c2' })],
    ['and signed by somebody else', walletWith('{}', { key: otherKey() })],
  ])('takes none that was sealed %s', async (_, options) => {
    await expect(configOf(options)).rejects.toMatchObject({
      code: 'wallet.signature',
      retry: 'never',
    });
  });

  it('takes none that is no object', async () => {
    await expect(configOf(walletWith('7'))).rejects.toThrow(TypeError);
  });
});

function otherKey(): string {
  return generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
}
