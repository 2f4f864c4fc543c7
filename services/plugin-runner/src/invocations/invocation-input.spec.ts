import { create } from '@bufbuild/protobuf';
import { InvokeSchema, type Invoke } from '@made-open/contracts';
import { attachedFiles, invocationInput, isSend } from './invocation-input.ts';

const message = (messageJson: string): Invoke =>
  create(InvokeSchema, { work: { case: 'message', value: { messageJson } } });
const subscription = (remove: boolean, subscriptionJson = ''): Invoke =>
  create(InvokeSchema, {
    work: { case: 'subscription', value: { webhook: 'w', url: 'u', subscriptionJson, remove } },
  });

describe('invocationInput', () => {
  it('leaves what others made as text', () => {
    const value = { deliveryId: 'd', name: 'n', payloadJson: '{"a":1}', receivedAt: 'r' };
    const command = create(InvokeSchema, { work: { case: 'webhook', value } });
    expect(invocationInput(command)).toEqual({
      kind: 'webhook',
      payload: '{"a":1}',
      webhook: { id: 'd', name: 'n', headers: {}, query: {}, receivedAt: 'r' },
    });
    expect(isSend(command)).toBe(false);
  });

  it('asks for a subscription, its renewal and its end', () => {
    expect(invocationInput(subscription(false))).toEqual({
      kind: 'subscribe',
      request: '{"webhook":"w","url":"u"}',
    });
    expect(invocationInput(subscription(false, '{"id":"s"}'))).toMatchObject({
      request: '{"webhook":"w","url":"u","current":{"id":"s"}}',
    });
    expect(invocationInput(subscription(true, '{"id":"s"}'))).toEqual({
      kind: 'unsubscribe',
      subscription: '{"id":"s"}',
    });
  });
});

describe('attachedFiles', () => {
  it('are those that the message names', () => {
    const attachments = [{ file_id: 'a' }, { name: 'b' }, null, { file_id: 7 }];
    const command = message(JSON.stringify({ attachments, file_id: 'c' }));
    expect([...attachedFiles(command)]).toEqual(['a']);
    expect(isSend(command)).toBe(true);
  });

  it.each(['{}', '[]', 'null', '{"attachments":"a"}'])('are none of %s', (text) => {
    expect(attachedFiles(message(text)).size).toBe(0);
  });
});
