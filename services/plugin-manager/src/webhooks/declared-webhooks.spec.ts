import { aPlugged, aStoredVersion } from '../../test/contracts/plugged.ts';
import { aManifest } from '../../test/contracts/seed-plugin.ts';
import { connectionChanged, type PluggedConnection } from '../connections/connection.ts';
import { takesToken } from './declared-webhooks.ts';
import { manifestOf } from '../plugins/plugin.ts';

const inbound = 'network:inbound';

function plugged(
  manifest: Record<string, unknown>,
  approved: readonly string[] = [inbound],
): PluggedConnection {
  const text = aManifest({ permissions: [inbound], ...manifest });
  return {
    ...aPlugged({ webhookTokenHash: 'abc' }, { approved }),
    reference: aStoredVersion({ manifestText: text }),
  };
}

describe('what a connection announces of what comes in', () => {
  const webhooks = [{ name: 'sms', verify: 'twilio', secret: 'apiKey' }];

  it('is the webhooks of its version, its channel and its token', () => {
    const channel = { type: 'sms', idempotentSends: true };
    const changed = connectionChanged(plugged({ type: 'channel', webhooks, channel }));
    expect(JSON.parse(changed.webhooksJson ?? '')).toEqual(webhooks);
    expect(JSON.parse(changed.channelJson ?? '')).toEqual(channel);
    expect(changed.webhookTokenHash).toBe('abc');
  });

  it('is a webhook of the bare path for a channel that declares none', () => {
    const changed = connectionChanged(plugged({ type: 'channel' }));
    expect(changed.webhooksJson).toBe('[{"verify":"none"}]');
  });

  it('is nothing while network:inbound is not approved, or not asked for', () => {
    const { webhooksJson } = connectionChanged(plugged({ type: 'channel', webhooks }, []));
    expect(webhooksJson).toBe('');
    expect(connectionChanged(plugged({ type: 'connector' })).webhooksJson).toBe('');
    expect(connectionChanged(plugged({ permissions: [] })).webhooksJson).toBe('');
  });

  it('is the names of the operators', () => {
    const operators = [{ name: 'mentionsPrice' }, { name: 'isUrgent' }];
    const changed = connectionChanged(plugged({ type: 'operator', permissions: [], operators }));
    expect(changed.operators).toEqual(['mentionsPrice', 'isUrgent']);
  });

  it.each([
    ['a channel without webhooks', { type: 'channel' }, true],
    ['a webhook that verifies nothing', { webhooks: [{ verify: 'none' }] }, true],
    ['webhooks that are signed', { type: 'channel', webhooks }, false],
    ['a connector without webhooks', {}, false],
    ['a channel that takes nothing in', { type: 'channel', permissions: [] }, false],
  ])('has a token or none: %s', (_, manifest, expected) => {
    expect(takesToken(manifestOf(plugged(manifest).reference))).toBe(expected);
  });
});
