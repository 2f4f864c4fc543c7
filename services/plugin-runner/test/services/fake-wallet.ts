import { seal, signBox, type Bus } from '@made-open/bus';
import { WalletService } from '@made-open/contracts';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Answerer } from './answerer.ts';

/** credential-wallet: binds any ticket, and delivers one config for every connection. */
export class FakeWallet {
  readonly signingKey: string;
  readonly answers: Answerer;
  config: object = { apiKey: 'key-of-the-source' };
  /** Connections whose config was asked for. */
  readonly delivered: string[] = [];
  /** Tickets that were shown, and the id of the runner that each became. */
  readonly tickets: string[] = [];
  /** Ids with which configs were asked for. */
  readonly runnerIds: string[] = [];
  /** Signs with a key that is not the wallet's. */
  forges = false;
  #runnerKey: Uint8Array = new Uint8Array();

  constructor(bus: Bus, pluginId: string, token: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.signingKey = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const key = pemOf(privateKey);
    const forger = pemOf(generateKeyPairSync('ed25519').privateKey);
    this.answers = new Answerer(bus, 'credential-wallet');
    this.answers.on(WalletService.method.bindRunner, token, ({ ticket, publicKey: runnerKey }) => {
      this.#runnerKey = runnerKey;
      return { runnerId: `runner-${String(this.tickets.push(ticket))}` };
    });
    this.answers.on(WalletService.method.deliverConfig, token, async (request) => {
      const { connectionId, runId, nonce } = request;
      this.delivered.push(connectionId);
      this.runnerIds.push(request.runnerId);
      const hex = Buffer.from(nonce).toString('hex');
      const info = ['madeopen-config-v1', pluginId, connectionId, runId, hex];
      const config = await seal(this.#runnerKey, info, JSON.stringify(this.config));
      return { config, signature: signBox(this.forges ? forger : key, info, config) };
    });
  }
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
