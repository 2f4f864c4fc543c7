import { aConnection } from '../../../test/connections/connection-store.contract.ts';
import { MemoryConnectionStore } from '../../connections/memory-connection-store.ts';
import { MemoryOutboundStore } from '../storage/memory-outbound-store.ts';
import { SubmitOutbound } from './submit-outbound.ts';

describe('SubmitOutbound', () => {
  it('goes by the time of the store, by which it is sent and given up', async () => {
    const now = new Date('2026-01-01T00:00:00.000Z');
    const store = new MemoryOutboundStore(() => now.getTime());
    const connections = new MemoryConnectionStore();
    const connection = aConnection();
    await connections.apply(connection);
    const ask = () => Promise.reject(new Error('nobody is asked'));
    const submissions = new SubmitOutbound({ store, connections, ask }, () => undefined);
    const { outbound } = await submissions.submit({
      spaceId: connection.spaceId,
      connectionId: connection.id,
      kind: 'message',
      content: { to: '+15550001', body: 'Hello' },
      key: 'k',
      client: 'client000001',
      requestedBy: 'client000001',
      causedBy: [],
    });
    expect(outbound).toMatchObject({ createdAt: now, updatedAt: now, wakeAt: now });
    expect(await store.due(1)).toEqual([outbound.id]);
  });
});
