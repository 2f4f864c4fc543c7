import { create } from '@bufbuild/protobuf';
import { ConnectionChangedSchema, ConnectionState } from '@made-open/contracts';
import { announcedConnection } from './announced-connection.ts';

function announced(of: Parameters<typeof create<typeof ConnectionChangedSchema>>[1]) {
  const change = create(ConnectionChangedSchema, {
    connectionId: 'c1',
    pluginType: 'channel',
    state: ConnectionState.ACTIVE,
    grants: ['network:inbound'],
    ...of,
  });
  return announcedConnection(change);
}

describe('announcedConnection', () => {
  it('has the webhooks of the manifest, the one without a name at the bare path', () => {
    const webhooksJson = JSON.stringify([{ verify: 'slack' }, { name: 'status', verify: 'none' }]);
    expect(announced({ webhooksJson }).webhooks).toEqual([
      { name: '', verify: 'slack' },
      { name: 'status', verify: 'none' },
    ]);
  });

  it('has the bare one of a channel that declares none', () => {
    expect(announced({}).webhooks).toEqual([{ name: '', verify: 'none' }]);
    expect(announced({ pluginType: 'connector' }).webhooks).toEqual([]);
  });

  it('has none without the grant', () => {
    expect(announced({ grants: [], webhooksJson: '[{"verify":"slack"}]' }).webhooks).toEqual([]);
  });

  it('has the declaration of a channel, and says whether requests are counted', () => {
    expect(announced({})).toMatchObject({ channel: undefined, hasRequestBudget: false });
    expect(
      announced({
        channelJson: '{"type":"sms"}',
        requestBudget: { requests: 1, perSeconds: 1 },
        state: ConnectionState.PAUSED,
      }),
    ).toMatchObject({ channel: { type: 'sms' }, hasRequestBudget: true, state: 'paused' });
  });

  it('refuses webhooks that are no declarations', () => {
    expect(() => announced({ webhooksJson: '{}' })).toThrow(TypeError);
    expect(() => announced({ webhooksJson: '[{"verify":1}]' })).toThrow(TypeError);
  });
});
