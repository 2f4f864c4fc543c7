import { EntityService } from '@made-open/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { Manager } from './manager.ts';

let manager: Manager;

beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager?.stop());

it('waits for the deletion of what a large sweep holds', async () => {
  const id = await manager.connect(await manager.install());
  manager.fakes.etl.on(EntityService.method.resolveSweep, async () => {
    await delay(6000);
    return { deleted: 300_000 };
  });
  expect(await manager.post(`/connections/${id}/sweep`, { carry_out: true })).toMatchObject({
    status: 200,
    body: { deleted: 300_000 },
  });
});
