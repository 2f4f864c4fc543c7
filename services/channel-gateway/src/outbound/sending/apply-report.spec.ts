import { anOutbound } from '../../../test/outbound/an-outbound.ts';
import type { Outbound } from '../outbound.ts';
import { applyReport } from './apply-report.ts';

const now = new Date('2026-01-01T00:01:00Z');
const occurredAt = new Date('2026-01-01T00:00:30Z');

function report(outbound: Partial<Outbound>, status: string, error?: Outbound['error']) {
  const base = { eventId: 'e', connectionId: 'c', externalId: 'SM1', occurredAt };
  return applyReport(anOutbound(outbound), { ...base, status, error }, now);
}

describe('applyReport', () => {
  it('moves on what was sent', () => {
    const sent = { state: 'sent', sentAt: occurredAt } as const;
    expect(report(sent, 'delivered')).toMatchObject({
      outbound: { state: 'delivered', deliveredAt: occurredAt },
      news: ['delivered'],
    });
    const error = { code: '30003', message: 'unreachable' };
    expect(report(sent, 'failed', error)).toMatchObject({
      outbound: { state: 'failed', error },
      news: ['failed'],
    });
  });

  it('tells that it was sent, too, when nobody had said so', () => {
    for (const state of ['sending', 'unknown'] as const)
      expect(report({ state }, 'delivered')).toMatchObject({
        outbound: { state: 'delivered', sentAt: occurredAt, wakeAt: undefined },
        news: ['sent', 'delivered'],
      });
  });

  it('goes never back, and says nothing twice', () => {
    for (const state of ['delivered', 'failed', 'cancelled'] as const)
      for (const status of ['sent', 'delivered', 'failed'])
        expect(report({ state }, status)).toEqual({ outbound: expect.objectContaining({ state }) });
    expect(report({ state: 'sent' }, 'sent').news).toBeUndefined();
  });

  it('notes what the provider calls it', () => {
    const { outbound, news } = report({ state: 'sent' }, 'ringing');
    expect([outbound.state, outbound.providerStatus, news]).toEqual(['sent', 'ringing', undefined]);
    expect(report({ state: 'sent' }, 'completed').outbound.state).toBe('delivered');
    expect(report({ state: 'sent' }, 'constructor').outbound.state).toBe('sent');
  });
});
