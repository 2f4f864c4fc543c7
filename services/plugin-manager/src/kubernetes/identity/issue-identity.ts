import {
  ensureRunnerConsumer,
  runnerCredentials,
  type Bus,
  type RunnerSigner,
} from '@made-open/bus';
import { WalletService } from '@made-open/contracts';
import { randomBytes } from 'node:crypto';
import { sha256 } from '../../bundles/digest.ts';
import type { IssuedIdentity } from './identify-runner.ts';

export interface IssuerSettings {
  readonly signer: RunnerSigner;
  /** How long credentials of a pod are good; it gets others at half of that. */
  readonly lifetimeSeconds: number;
  /** Ed25519 public key of the wallet, SPKI PEM. */
  readonly walletSigningKey: string;
}

const ticketSeconds = 120;

/** Makes NATS credentials for one plugin, and announces a ticket by its hash at the wallet. */
export async function issueIdentity(
  bus: Bus,
  { signer, lifetimeSeconds, walletSigningKey }: IssuerSettings,
  pluginId: string,
): Promise<IssuedIdentity> {
  await ensureRunnerConsumer(bus.connection, pluginId);
  const ticket = randomBytes(32).toString('base64url');
  await bus.call(WalletService.method.registerTicket, {
    pluginId,
    ticketHash: sha256(ticket),
    expiresInSeconds: ticketSeconds,
  });
  return {
    credentials: await runnerCredentials({ ...signer, lifetimeSeconds }, pluginId),
    ticket,
    walletSigningKey,
    expiresInSeconds: lifetimeSeconds,
  };
}
