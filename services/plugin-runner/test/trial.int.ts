import { runTrial } from '../src/trial/run-trial.ts';
import type { TrialCall, TrialRecord } from '../src/trial/trial-request.ts';

const manifestText = JSON.stringify({
  id: 'com.example.trial',
  name: 'Trial',
  version: '1.0.0',
  type: 'channel',
  entrypoint: './index.ts',
  permissions: ['network:outbound:provider.example', 'event:publish:communication.*'],
  configSchema: { type: 'object', properties: {} },
});
const bundle = `
globalThis.__plugin = { plugin: {
  id: 'com.example.trial', channelType: 'sms',
  async handleIncomingEvent(payload, context) {
    if (payload.bad) { await context.emitEvent('communication.MessageReceived', {}); throw new Error('bad'); }
    await context.emitEvent('communication.MessageReceived', { from: payload.from, at: context.webhook.name });
  },
  async sendMessage(message, context) {
    const { id } = await context.http.post('https://provider.example/messages', message);
    return { externalId: id };
  },
  async placeCall(call) { return { callSid: 'CA1', status: 'queued' }; },
  async subscribe({ webhook, current }) { return { id: webhook, round: (current?.round ?? 0) + 1 }; },
  operators: { above: { evaluate: (fact, value) => fact > value }, waits: { evaluate: () => new Promise(() => {}) } },
} };`;

const message = { to: '+1', body: 'Hello' };

async function trialOf(call: TrialCall, statuses: readonly number[] = []): Promise<TrialRecord[]> {
  const told: TrialRecord[] = [];
  const exchanges = statuses.map((status) => ({
    request: {
      method: 'POST',
      url: 'https://provider.example/messages',
      body: JSON.stringify(message),
    },
    response: { status, headers: { 'content-type': 'application/json' }, body: '{"id":"M1"}' },
  }));
  const cassette = { version: 1, exchanges } as const;
  await runTrial({ manifestText, bundle, config: {}, call, cassette }, (record) => {
    told.push(record);
  });
  return told;
}

describe('a trial of a short call', () => {
  it('tells what a webhook’s handler emitted', async () => {
    const told = await trialOf({ kind: 'webhook', name: 'sms', payload: { from: '+1' } });
    expect(told).toEqual([
      {
        kind: 'event',
        subject: 'communication.MessageReceived',
        payload: { from: '+1', at: 'sms' },
      },
      expect.objectContaining({ kind: 'end', outcome: 'completed' }),
    ]);
  });

  it('tells nothing of what a failed one emitted, as nothing of it is kept', async () => {
    const told = await trialOf({ kind: 'webhook', payload: { bad: true } });
    expect(told).toEqual([
      expect.objectContaining({ outcome: 'failed', error: expect.objectContaining({}) as object }),
    ]);
  });

  it('tells what a message came to, and what that did at the provider', async () => {
    expect((await trialOf({ kind: 'message', message }, [201])).at(-1)).toMatchObject({
      outcome: 'completed',
      result: { externalId: 'M1' },
      effect: 'done',
      requests: 1,
    });
    const refused = (await trialOf({ kind: 'message', message }, [400])).at(-1);
    expect(refused).toMatchObject({ outcome: 'failed', status: 400, effect: 'refused' });
    expect(refused).not.toHaveProperty('result');
  });

  it.each([
    [
      { kind: 'call', call: { to: '+1', from: '+2' } },
      { callSid: 'CA1', status: 'queued' },
    ],
    [{ kind: 'operator', name: 'above', fact: 3, value: 2 }, true],
    [
      { kind: 'subscribe', webhook: 'w', subscription: { round: 4 } },
      { id: 'w', round: 5 },
    ],
  ] as [TrialCall, unknown][])('tells what %j returned', async (call, result) => {
    expect((await trialOf(call)).at(-1)).toMatchObject({ outcome: 'completed', result });
  });

  it.each([
    [{ kind: 'operator', name: 'waits', fact: 1, value: 1 }, 'sandbox.operator_timeout'],
    [{ kind: 'unsubscribe', subscription: { id: 'w' } }, 'sandbox.no_unsubscribe'],
  ] as [TrialCall, string][])('tells why %j failed', async (call, code) => {
    expect((await trialOf(call)).at(-1)).toMatchObject({ outcome: 'failed', error: { code } });
  });
});
