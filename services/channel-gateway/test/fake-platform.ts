import { BlockList } from 'node:net';
import type { Platform } from '@made-open/nest';
import type { GatewayConfig } from '../src/config.ts';
import type { GatewaySchema } from '../src/database/migrations.ts';

/** A platform with nothing behind it, for looking at what modules are made of; it says what they asked of it. */
export function fakePlatform(): {
  readonly platform: Platform<GatewaySchema>;
  readonly gauges: string[];
  readonly stops: (() => Promise<void> | void)[];
} {
  const gauges: string[] = [];
  const stops: (() => Promise<void> | void)[] = [];
  const platform = {
    bus: { stored: () => ({}) },
    database: {},
    logger: { warn: () => undefined },
    metrics: { gauge: (name: string) => gauges.push(name), counter: () => undefined },
    beforeStop: () => undefined,
    onStop: (stop: () => Promise<void> | void) => stops.push(stop),
  } as unknown as Platform<GatewaySchema>;
  return { platform, gauges, stops };
}

/** Settings that are right, and mean nothing. */
export const gatewayConfig: GatewayConfig = {
  bootstrapKey: undefined,
  rate: { perSecond: 1, burst: 1 },
  trustedProxies: new BlockList(),
  profile: 'standard',
  answerTimeoutMs: 1000,
  streams: { perKey: 1, all: 1 },
  heartbeatMs: 1000,
  walletSealingKey: new Uint8Array(32),
  publicUrl: 'https://api.example.com',
  deliveries: { timeoutMs: 1000, retentionDays: 1 },
};
