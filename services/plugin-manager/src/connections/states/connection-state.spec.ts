import { aPlugged, aStoredVersion } from '../../../test/contracts/plugged.ts';
import { aManifest } from '../../../test/contracts/seed-plugin.ts';
import { connectionView, type Connection, type PluggedConnection } from '../connection.ts';
import { withSignal, type ConnectionSignals, type Signal } from './connection-signals.ts';
import { stateChanged } from './state-changed.ts';

const why = { code: 'http.status', message: 'HTTP 503' };
const until = '2026-11-22T12:00:00.000Z';
const throttled: Signal = { kind: 'throttled', throttle: { runId: 'r2', until, reason: why } };
const subscription = (failure?: typeof why, webhook = 'changes'): Signal => ({
  kind: 'subscription',
  webhook,
  failure,
});
const webhook = (failure?: typeof why): Signal => ({
  kind: 'webhook',
  webhook: 'changes',
  failure,
});
const sending = (failure?: typeof why): Signal => ({ kind: 'sending', failure });
const reference = aStoredVersion({
  manifestText: aManifest({
    permissions: ['network:inbound'],
    webhooks: [{ name: 'changes', verify: 'github', secret: 'apiKey', subscription: {} }],
  }),
});

/** A connection that has heard of all that. */
const after = (signals: readonly Signal[], of: Partial<Connection> = {}): PluggedConnection => {
  const none: ConnectionSignals = {};
  return { ...aPlugged({ ...of, signals: signals.reduce(withSignal, none) }), reference };
};
const outline = (plugged: PluggedConnection): string => {
  const { state, reasons } = connectionView(plugged);
  const codes = reasons.map(({ code }) => code.replace('connection.', ''));
  return [state, ...codes.filter((code) => !code.startsWith('plugin.'))].join(' ');
};

describe('how a connection fares', () => {
  it.each<[string, Signal[], Partial<Connection>, string]>([
    ['before anything was tried', [], {}, 'connecting connecting'],
    ['once something was tried', [{ kind: 'tried' }], {}, 'active'],
    ['when it sends and receives nothing', [sending()], {}, 'active'],
    ['when it may not send', [sending(why)], {}, 'degraded sending_failed'],
    ['when it may send again', [sending(why), sending()], {}, 'active'],
    [
      'when a message failed since',
      [sending(why), { kind: 'tried' }],
      {},
      'degraded sending_failed',
    ],
    ['when a delivery was handled', [webhook()], {}, 'active'],
    ['while its source wants to be left alone', [throttled], {}, 'rate_limited rate_limited'],
    ['when that run goes on', [throttled, { kind: 'released', runId: 'r2' }], {}, 'active'],
    ['when a later run ended', [throttled, { kind: 'released', runId: 'r3' }], {}, 'active'],
    [
      'when an older run ended',
      [throttled, { kind: 'released', runId: 'r1' }],
      {},
      'rate_limited rate_limited',
    ],
    [
      'when its newest sync failed and nothing else is known to work',
      [{ kind: 'tried' }],
      { failure: why },
      'failed sync_failed',
    ],
    ['when only its syncs fail', [webhook()], { failure: why }, 'degraded sync_failed'],
    [
      'when syncs and deliveries fail',
      [webhook(why)],
      { failure: why },
      'failed sync_failed webhook_failed',
    ],
    ['when a delivery was given up', [webhook(why)], {}, 'degraded webhook_failed'],
    ['when the next one was handled', [webhook(why), webhook()], {}, 'active'],
    [
      'when its source cannot be asked to send',
      [{ kind: 'tried' }, subscription(why)],
      {},
      'degraded subscription_failed',
    ],
    [
      'when that was restored',
      [{ kind: 'tried' }, subscription(why), subscription()],
      {},
      'active',
    ],
    [
      'when its version has no such webhook any more',
      [{ kind: 'tried' }, subscription(why, 'old')],
      {},
      'active',
    ],
    [
      'when it is paused',
      [throttled, webhook(why)],
      { isPaused: true },
      'paused paused rate_limited webhook_failed',
    ],
    [
      'when it lacks what it needs, of which alone it speaks then',
      [throttled],
      { configFields: [] },
      'needs_configuration config_field_missing',
    ],
  ])('is told %s', (_, signals, of, expected) => {
    expect(outline(after(signals, of))).toBe(expected);
  });

  it('is active at once for an operator, which has nothing to try', () => {
    const manifestText = aManifest({ type: 'operator', operators: [{ name: 'isKind' }] });
    const operator = { ...after([]), reference: aStoredVersion({ manifestText }) };
    expect(outline(operator)).toBe('active');
  });

  it('says until when its source is left alone, and where to look', () => {
    const messages = connectionView(after([throttled, subscription(why), webhook(why)])).reasons;
    const text = messages.map(({ message }) => message).join('\n');
    for (const part of [until, 'HTTP 503', 'c1/subscriptions', 'c1/deliveries', '"changes"'])
      expect(text).toContain(part);
  });

  it('is told to others when it is another one', () => {
    const paused = after([{ kind: 'tried' }], { isPaused: true });
    expect(stateChanged(paused, 'active', false)).toMatchObject({
      connectionId: 'c1',
      pluginId: 'com.example.my-connector',
      from: 'active',
      to: 'paused',
      reasons: [{ code: 'plugin.permission_not_approved' }, { code: 'connection.paused' }],
    });
    expect(stateChanged(paused, 'paused', false)).toBeUndefined();
    expect(stateChanged(paused, 'paused', true)).toMatchObject({ to: 'deleted', reasons: [] });
  });
});
