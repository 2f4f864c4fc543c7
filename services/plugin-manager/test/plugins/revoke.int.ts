import { RunnerService } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { Manager } from '../platform/manager.ts';

const { getAssignment } = RunnerService.method;
const permission = 'network:outbound:api.example.com';

let manager: Manager;

beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager?.stop());

it('takes a permission back: audited, announced, and the runner is replaced by one without it', async () => {
  const id = await manager.install();
  const connection = await manager.connect(id);
  const begun = () => manager.logged('fake runner begins').length;
  await eventually(() => expect(begun()).toBe(1));

  const revoked = await manager.post(`/plugins/${id}/revoke`, { permissions: [permission] });
  expect(revoked).toMatchObject({
    status: 200,
    body: { state: 'active', approved_permissions: ['data:write:persons'] },
  });
  expect((await manager.get(`/connections/${connection}`)).body).toMatchObject({
    state: 'connecting',
    reasons: [{ code: 'plugin.permission_not_approved' }, { code: 'connection.connecting' }],
  });
  await eventually(() => expect(begun()).toBe(2));
  const bus = await manager.platform.runnerBus(id);
  const parameters = { plugin: id.replaceAll('.', '_') };
  const { grants, superseded } = await bus.call(
    getAssignment,
    { version: '0.1.0' },
    { parameters },
  );
  expect(superseded).toBe(false);
  expect(grants).toEqual(['data:write:persons']);
  expect((await manager.get('/audit?limit=1')).body['data']).toMatchObject([
    { action: 'plugin.revoke', target: `${id}: ${permission}`, outcome: 'done' },
  ]);
  const again = await manager.post(`/plugins/${id}/revoke`, { permissions: [permission] });
  expect(again).toMatchObject({ status: 422, body: { code: 'plugin.permissions' } });
});
