import type { OutboxRelay } from '@made-open/postgres';
import { Test, type TestingModule } from '@nestjs/testing';
import { fakePlatform } from '../../test/fake-platform.ts';
import { SubmitOutbound } from './api/submit-outbound.ts';
import { MediaLinks } from './media/media-links.ts';
import { OutboundModule } from './outbound.module.ts';

function compiled(
  { platform }: ReturnType<typeof fakePlatform>,
  relay: Partial<OutboxRelay>,
): Promise<TestingModule> {
  return Test.createTestingModule({
    imports: [
      OutboundModule.register(
        platform,
        { publicUrl: 'https://api.example.com', profile: 'standard' },
        {
          ask: () => Promise.reject(new Error('nobody is asked')),
          relay: relay as OutboxRelay,
        },
      ),
    ],
  }).compile();
}

describe('OutboundModule', () => {
  it('has all that its routes ask for, and measures what waits', async () => {
    const parts = fakePlatform();
    const module = await compiled(parts, {});
    expect(module.get(SubmitOutbound, { strict: false })).toBeInstanceOf(SubmitOutbound);
    expect(module.get(MediaLinks, { strict: false })).toBeInstanceOf(MediaLinks);
    expect(parts.gauges).toEqual(['outbound_queued', 'outbound_oldest_due_seconds']);
  });

  it('publishes what the dispatcher still began before it ends', async () => {
    const told: string[] = [];
    const parts = fakePlatform();
    const module = await compiled(parts, {
      start: () => void told.push('relay started'),
      stop: () => Promise.resolve(void told.push('relay stopped')),
    });
    module.get(OutboundModule).onApplicationBootstrap();
    for (const stop of parts.stops) {
      await stop();
      told.push('a part stopped');
    }
    expect(told).toEqual(['relay started', 'a part stopped', 'relay stopped', 'a part stopped']);
  });
});
