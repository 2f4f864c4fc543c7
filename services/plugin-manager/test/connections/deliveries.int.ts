import { DeliveryState } from '@made-open/contracts';
import { Manager } from '../platform/manager.ts';

let manager: Manager;
let connection: string;

beforeAll(async () => {
  manager = await Manager.start();
  connection = await manager.connect(await manager.install());
});
afterAll(() => manager?.stop());

function received(n: number, state: DeliveryState): string {
  const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  manager.fakes.deliveries.unshift({ id, connectionId: connection, state });
  return id;
}

describe('deliveries of webhooks', () => {
  it('are listed a page at a time, of one state or of any', async () => {
    const handled = received(1, DeliveryState.HANDLED);
    const failed = received(2, DeliveryState.FAILED);
    const path = `/connections/${connection}/deliveries`;
    const { body: first } = await manager.get(`${path}?limit=1`);
    expect(first['data']).toMatchObject([
      { id: failed, state: 'failed', webhook: 'events', error: { code: 'x.y', message: 'no' } },
    ]);
    const { body: second } = await manager.get(
      `${path}?limit=1&cursor=${String(first['next_cursor'])}`,
    );
    expect(second).toMatchObject({ data: [{ id: handled, error: null }], next_cursor: null });
    const { body: ofOne } = await manager.get(`${path}?state=handled`);
    expect(ofOne['data']).toMatchObject([{ id: handled }]);
    expect((await manager.get(`${path}?state=odd`)).status).toBe(400);
    expect((await manager.get('/connections/none/deliveries')).status).toBe(404);
  });

  it('show their content to who may read data, and that is in the audit', async () => {
    const id = received(3, DeliveryState.HANDLED);
    const path = `/connections/${connection}/deliveries/${id}`;
    const { body } = await manager.get(path);
    expect(body).toMatchObject({ id, headers: { 'x-a': '1' }, conversation_key: 'k' });
    expect(Buffer.from(String(body['body']), 'base64').toString()).toBe('hi');
    const key = await manager.key(['admin:runs:read']);
    expect((await manager.get(path, { key })).status).toBe(403);
    expect(JSON.stringify((await manager.get('/audit')).body)).toContain('delivery.read');
    const none = '00000000-0000-4000-8000-999999999999';
    const absent = await manager.get(`/connections/${connection}/deliveries/${none}`);
    expect(absent).toMatchObject({ status: 404, body: { code: 'delivery.not_found' } });
  });

  it('are replayed one by one, or all that have failed', async () => {
    manager.fakes.deliveries.splice(0);
    const ids = [received(4, DeliveryState.FAILED), received(5, DeliveryState.FAILED)];
    const handled = received(6, DeliveryState.HANDLED);
    const path = `/connections/${connection}/deliveries`;
    const one = await manager.post(`${path}/${handled}/replay`);
    expect(one).toMatchObject({ status: 202, body: { id: handled, state: 'pending' } });
    const all = await manager.post(`${path}/replay?state=failed`);
    expect(all).toMatchObject({ status: 202, body: { replayed: 2, has_more: false } });
    for (const id of ids)
      expect(manager.fakes.deliveries.find((known) => known.id === id)?.state).toBe(
        DeliveryState.PENDING,
      );
    expect((await manager.post(`${path}/replay?state=pending`)).status).toBe(400);
    for (let n = 0; n < 401; n++) received(1000 + n, DeliveryState.FAILED);
    expect((await manager.post(`${path}/replay`)).body).toEqual({ replayed: 401, has_more: false });
    expect(manager.fakes.deliveries.some(({ state }) => state === DeliveryState.FAILED)).toBe(
      false,
    );
    const { body } = await manager.get('/audit');
    expect(JSON.stringify(body)).toContain('delivery.replay_failed');
    const key = await manager.key(['admin:runs:read']);
    expect((await manager.post(`${path}/replay`, undefined, { key })).status).toBe(403);
  });
});
