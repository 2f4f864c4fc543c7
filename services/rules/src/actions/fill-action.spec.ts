import { eventOf } from '../events/incoming-event.ts';
import { fillAction } from './fill-action.ts';

const event = eventOf({
  id: 'e1',
  type: 'communication.MessageReceived',
  time: new Date(0),
  data: { connection_id: 'c1', space_id: 'default', from: '+15550001111', body: 'hello' },
});

describe('fillAction', () => {
  it('answers where the event came from', () => {
    const action = {
      type: 'send_message',
      connection: '{{connection_id}}',
      to: '{{from}}',
      body: 'You wrote: {{body}}',
    } as const;
    expect(fillAction(action, event)).toEqual({
      kind: 'send_message',
      content: { connection: 'c1', to: '+15550001111', body: 'You wrote: hello' },
    });
  });

  it('calls a webhook with the whole event unless the rule says with what', () => {
    const call = { type: 'call_webhook', endpoint: 'x' } as const;
    expect(fillAction(call, event).content).toMatchObject({ payload: { body: 'hello' } });
    expect(fillAction({ ...call, payload: { who: '{{from}}' } }, event).content).toMatchObject({
      payload: { who: '+15550001111' },
    });
  });

  it('leaves out labels that come to nothing', () => {
    const action = { type: 'tag_entity', labels: ['{{missing}}', 'seen'] } as const;
    expect(fillAction(action, event).content).toMatchObject({ labels: ['seen'] });
  });
});
