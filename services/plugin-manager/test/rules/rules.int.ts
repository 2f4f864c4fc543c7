import { RuleService } from '@made-open/contracts';
import { Manager } from '../platform/manager.ts';

const { getRule } = RuleService.method;
const definition = {
  on: ['communication.MessageReceived'],
  when: { all: [{ fact: 'body', operator: 'equal', value: 'a' }] },
  then: [{ type: 'tag_entity', labels: ['a'] }],
};

describe('rules at the admin API', () => {
  let manager: Manager;

  beforeAll(async () => {
    manager = await Manager.start();
  });
  afterAll(() => manager?.stop());

  async function made(): Promise<string> {
    const { status, body } = await manager.post('/rules', { name: 'a rule', definition });
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ name: 'a rule', enabled: true, version: 1, definition }),
    ]);
    return String(body['id']);
  }

  it('are made, shown, changed and deleted, which the audit has', async () => {
    const id = await made();
    expect((await manager.get(`/rules/${id}`)).body).toMatchObject({ id, last_fired_at: null });
    const changed = await manager.patch(`/rules/${id}`, { enabled: false });
    expect(changed.body).toMatchObject({ enabled: false, version: 2, definition, name: 'a rule' });
    expect((await manager.get('/rules')).body['data']).toMatchObject([{ id }]);
    expect((await manager.delete(`/rules/${id}`)).status).toBe(204);
    for (const answer of [await manager.get(`/rules/${id}`), await manager.delete(`/rules/${id}`)])
      expect([answer.status, answer.body['code']]).toEqual([404, 'rule.not_found']);
    const audit = JSON.stringify((await manager.get('/audit')).body);
    for (const action of ['rule.create', 'rule.change', 'rule.delete'])
      expect(audit).toContain(action);
  });

  it('tell every fault of a definition', async () => {
    const answer = await manager.post('/rules', { name: 'a rule', definition: { then: [] } });
    expect([answer.status, answer.body]).toEqual([
      422,
      expect.objectContaining({
        code: 'rule.definition_invalid',
        errors: ['the definition lacks "on"', 'and more'],
      }),
    ]);
    expect((await manager.post('/rules', { definition, more: 1 })).body['errors']).toEqual([
      'the body lacks "name"',
      'the body has the unknown field "more"',
    ]);
  });

  it('are changed by an ETag only when it is not past', async () => {
    const id = await made();
    const change = (etag: string) =>
      manager.ask('PATCH', `/admin/v1/rules/${id}`, {
        body: { enabled: false },
        headers: { 'if-match': etag },
      });
    expect((await change('"1"')).status).toBe(200);
    expect(await change('"1"')).toMatchObject({ status: 412, body: { code: 'rule.changed' } });
    expect(await change('1')).toMatchObject({ status: 412, body: { code: 'rule.if_match' } });
  });

  it('are tried out without being stored, and their executions are shown', async () => {
    const id = await made();
    const events = [{ id: 'e1', type: 'data.PersonCreated', data: {} }];
    for (const path of ['/rules/test', `/rules/${id}/test`]) {
      const body = path === '/rules/test' ? { events, definition } : { events };
      const answer = await manager.post(path, body);
      expect(answer).toMatchObject({
        status: 200,
        body: { data: [{ matches: true, actions: [{ type: 'send_message' }] }] },
      });
    }
    expect((await manager.post(`/rules/${id}/test`)).body).toEqual({ data: [] });
    for (const path of [`/rules/${id}/executions?state=pending`, '/rule-executions'])
      expect((await manager.get(path)).body['data']).toMatchObject([
        { state: 'pending', actions: [{ error: null }, { error: { code: 'a.b' } }] },
      ]);
    expect((await manager.get('/rules/none/executions')).status).toBe(404);
    expect((await manager.get('/rule-executions?state=odd')).status).toBe(400);
  });

  it('ask for their scopes, and for their service', async () => {
    const key = await manager.key(['admin:rules:read']);
    expect((await manager.post('/rules', { name: 'a', definition }, { key })).status).toBe(403);
    expect((await manager.get('/rules', { key })).status).toBe(200);
    manager.fakes.rules.off(getRule);
    expect((await manager.get('/rules/x')).status).toBe(503);
  });
});
