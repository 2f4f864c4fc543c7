import { isCalled, trialCall } from './trial-call.ts';

describe('trialCall', () => {
  it('gives a webhook whatever the file holds', () => {
    expect(trialCall('handleWebhook', [1], {})).toEqual({ kind: 'webhook', payload: [1] });
    expect(trialCall('handleIncomingEvent', null, {})).toEqual({ kind: 'webhook', payload: null });
  });

  it('sends as the manifest says that the channel does', () => {
    const message = { to: '+1', body: 'hello' };
    expect(trialCall('sendMessage', message, {})).toMatchObject({ message, isIdempotent: false });
    const channel = { idempotentSends: true };
    expect(trialCall('sendMessage', message, { channel })).toMatchObject({ isIdempotent: true });
    const call = { kind: 'call', call: { to: '+1' } };
    for (const sendsByGet of [false, true])
      expect(trialCall('placeCall', { to: '+1' }, { channel: { sendsByGet } })).toEqual({
        ...call,
        sendsByGet,
      });
  });

  it('sends faxes, and asks for them by the id of the provider', () => {
    const fax = { to: '+1', file: { file_id: 'f' } };
    expect(trialCall('sendFax', fax, {})).toMatchObject({ kind: 'fax', fax, isIdempotent: false });
    const question = { kind: 'fax_question', jobId: 'F1' };
    expect(trialCall('getStatus', { jobId: 'F1' }, {})).toEqual({ ...question, cancel: false });
    expect(trialCall('cancelFax', { jobId: 'F1' }, {})).toEqual({ ...question, cancel: true });
    expect(() => trialCall('getStatus', {}, {})).toThrow('getStatus needs');
  });

  it('evaluates an operator by its name', () => {
    expect(trialCall('evaluate', { name: 'near', fact: 1 }, {})).toEqual({
      kind: 'operator',
      name: 'near',
      fact: 1,
      value: null,
    });
    expect(() => trialCall('evaluate', { fact: 1 }, {})).toThrow('evaluate needs');
  });

  it('subscribes with or without what is known', () => {
    expect(trialCall('subscribe', null, {})).toEqual({ kind: 'subscribe' });
    const subscription = { id: 's' };
    expect(trialCall('unsubscribe', { subscription }, {})).toEqual({
      kind: 'unsubscribe',
      subscription,
    });
  });

  it('tells what a method lacks', () => {
    expect(() => trialCall('sendMessage', null, {})).toThrow('sendMessage needs a JSON object');
    expect(isCalled('mapToUnifiedModel')).toBe(false);
  });
});
