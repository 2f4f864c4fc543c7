import {
  readKeySettings,
  readPublicKey,
  readProfile,
  readPublicUrl,
  type Environment,
  type KeySettings,
  type ProfileName,
} from '@made-open/nest';
import type { StreamLimits } from './stream/open-streams.ts';

export interface GatewayConfig extends KeySettings {
  /** Which rules hold for the whole platform. */
  readonly profile: ProfileName;
  /** How long an answer of another service may take. */
  readonly answerTimeoutMs: number;
  readonly streams: StreamLimits;
  /** How long a stream of events says nothing at most. */
  readonly heartbeatMs: number;
  /** X25519 public key of the wallet, raw: requests to webhooks are sealed to it. */
  readonly walletSealingKey: Uint8Array;
  /** Its own address as providers reach it, which some sign; empty where nobody says. */
  readonly publicUrl: string;
  readonly deliveries: {
    /** How long a runner has for one, its wait for a runner included. */
    readonly timeoutMs: number;
    readonly retentionDays: number;
  };
}

export function readConfig(environment: Environment): GatewayConfig {
  return {
    ...readKeySettings(environment, { perSecond: 50, burst: 100 }),
    profile: readProfile(environment),
    answerTimeoutMs: environment.integer('ANSWER_TIMEOUT_MS', 5000, { min: 100, max: 25_000 }),
    streams: {
      perKey: environment.integer('STREAMS_PER_KEY', 5, { min: 1, max: 1000 }),
      all: environment.integer('STREAMS_MAX', 500, { min: 1, max: 100_000 }),
    },
    heartbeatMs: environment.integer('STREAM_HEARTBEAT_MS', 15_000, { min: 100, max: 30_000 }),
    walletSealingKey: readPublicKey(environment, 'WALLET_SEALING_PUBLIC_KEY_FILE', 'x25519').raw,
    publicUrl: readPublicUrl(environment),
    deliveries: {
      timeoutMs: environment.integer('DELIVERY_TIMEOUT_MS', 120_000, { min: 1000, max: 900_000 }),
      retentionDays: environment.integer('DELIVERY_RETENTION_DAYS', 30, { min: 1, max: 365 }),
    },
  };
}
