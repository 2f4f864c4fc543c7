import type { Platform } from '@made-open/nest';
import type { OutboxRelay } from '@made-open/postgres';
import { Test, type TestingModule } from '@nestjs/testing';
import { fakePlatform, gatewayConfig } from '../test/fake-platform.ts';
import { ConnectionStore } from './connections/connection-store.ts';
import type { GatewaySchema } from './database/migrations.ts';
import { InboundModule } from './inbound.module.ts';
import { WebhookRoutes } from './webhooks/webhook-routes.ts';

function compiled(platform: Platform<GatewaySchema>): Promise<TestingModule> {
  return Test.createTestingModule({
    imports: [
      InboundModule.register(platform, gatewayConfig, {
        ask: () => Promise.reject(new Error('nobody is asked')),
        relay: { kick: () => undefined } as OutboxRelay,
      }),
    ],
  }).compile();
}

describe('InboundModule', () => {
  it('has all that its routes and consumers ask for, and measures what waits', async () => {
    const { platform, gauges } = fakePlatform();
    const module = await compiled(platform);
    expect(module.get(WebhookRoutes, { strict: false })).toBeInstanceOf(WebhookRoutes);
    expect(module.get(ConnectionStore, { strict: false })).toBeInstanceOf(ConnectionStore);
    expect(gauges).toEqual(expect.arrayContaining(['deliveries_waiting', 'deliveries_failed']));
  });

  it('ends its work with the service', async () => {
    const { platform, stops } = fakePlatform();
    const module = await compiled(platform);
    module.get(InboundModule).onApplicationBootstrap();
    expect(stops.length).toBeGreaterThan(0);
    for (const stop of stops) await stop();
  });
});
