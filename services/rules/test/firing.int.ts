import { RuleService } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { patience, RulesFixture, spaceId } from './rules-fixture.ts';

let rules: RulesFixture;
const { putRule, listRules, deleteRule, getRule } = RuleService.method;
const urgent = { all: [{ fact: 'body', operator: 'containsIgnoringCase', value: 'urgent' }] };
const forward = {
  type: 'send_message',
  connection: 'sms',
  to: '{{from}}',
  body: 'Got: {{body}}',
} as const;

beforeAll(async () => {
  rules = await RulesFixture.start();
});
afterAll(() => rules?.stop());

describe('rules', () => {
  it('send a message when an event meets the conditions, once however often the event comes', async () => {
    const rule = await rules.rule({ when: urgent, then: [forward] });
    const eventId = await rules.received({ body: 'URGENT: call me' }, { times: 3 });
    const other = await rules.received({ body: 'hello' });
    const execution = await rules.executionIs(rule.id, eventId, { state: 'done' });
    expect(execution.actions).toMatchObject([{ kind: 'send_message', state: 'done', tries: 1 }]);
    expect(JSON.parse(execution.reasonJson)).toEqual({
      conditions: [{ place: 'all.0', fact: 'body', operator: 'containsIgnoringCase', met: true }],
    });
    const sent = rules.sent.filter(({ causedBy }) => causedBy.includes(rule.id));
    expect(sent).toMatchObject([{ spaceId, connectionId: 'sms', causedBy: [rule.id] }]);
    expect(JSON.parse(sent[0]?.contentJson ?? '')).toEqual({
      to: '+15550001',
      body: 'Got: URGENT: call me',
    });
    expect(execution.actions[0]?.resultId).toBe(`out-${sent[0]?.idempotencyKey ?? ''}`);
    await eventually(async () =>
      expect(await rules.find(rule.id)).toMatchObject({ firedCount: 1, notMatchedCount: 1 }),
    );
    expect((await rules.executions(rule.id)).map((one) => one.eventId)).not.toContain(other);
    const triggered = (await rules.news()).filter(
      ({ subject }) => subject === 'rules.RuleTriggered',
    );
    expect(triggered.flatMap(({ events }) => events)).toEqual([
      expect.objectContaining({
        message: expect.objectContaining({ ruleId: rule.id, eventId, executionId: execution.id }),
      }),
    ]);
  });

  it('look at events of their space, subjects and connections alone, and only while they are enabled', async () => {
    const other = await rules.rule({ when: { all: [] }, then: [forward], connections: ['c2'] });
    const data = await rules.rule({ on: ['data.>'], when: { all: [] }, then: [forward] });
    const all = await rules.rule({ on: ['communication.*'], when: { all: [] }, then: [forward] });
    const elsewhere = await rules.received({ spaceId: 'other', body: 'x' });
    const eventId = await rules.received({ body: 'x' });
    await rules.executionIs(all.id, eventId, { state: 'done' });
    for (const { id } of [other, data]) expect(await rules.executions(id)).toEqual([]);
    expect((await rules.executions(all.id)).map((one) => one.eventId)).not.toContain(elsewhere);
    await rules.rule({ when: { all: [] }, then: [forward] }, { ruleId: all.id });
    for (const { id } of [other, data, all])
      await rules.manager.call(deleteRule, { spaceId, ruleId: id });
    await expect(rules.find(all.id)).rejects.toMatchObject({ code: 'rules.rule.not_found' });
  });

  it('keep executions of events that do not meet the conditions when they are told to', async () => {
    const rule = await rules.rule({ when: urgent, then: [forward], log_all: true });
    const eventId = await rules.received({ body: 'hello' });
    await rules.executionIs(rule.id, eventId, { state: 'not_matched', actions: [] });
  });

  it('never fire on what they caused, directly or through others, and stop long chains', async () => {
    const rule = await rules.rule({ on: ['communication.>'], when: { all: [] }, then: [forward] });
    const { MessageSentSchema } = await import('@made-open/contracts');
    const publish = (id: string, causedBy: string[]) =>
      rules.gateway.publishEvents(MessageSentSchema, [
        { id, message: { message: { spaceId, connectionId: 'sms', causedBy } } },
      ]);
    await publish('e-direct', [rule.id]);
    await publish('e-through', [rule.id, 'another']);
    await publish('e-deep', ['r1', 'r2', 'r3', 'r4', 'r5']);
    await publish('e-short', ['r1', 'r2', 'r3', 'r4']);
    for (const id of ['e-direct', 'e-through', 'e-deep'])
      await rules.executionIs(rule.id, id, { state: 'loop', actions: [] });
    await rules.executionIs(rule.id, 'e-short', { state: 'failed' });
    await rules.manager.call(deleteRule, { spaceId, ruleId: rule.id });
  });

  it('try an action again when it may succeed later, and tell why it failed when it may not', async () => {
    const rule = await rules.rule({
      when: urgent,
      then: [forward, { ...forward, connection: 'gone' }],
    });
    const tried = new Set<string>();
    rules.refuse = ({ connectionId, idempotencyKey }) => {
      if (connectionId === 'gone') return { code: 'gateway.connection.not_found', retry: 'never' };
      if (tried.has(idempotencyKey)) return undefined;
      tried.add(idempotencyKey);
      return { code: 'gateway.away', retry: 'later' };
    };
    const eventId = await rules.received({ body: 'urgent again' });
    const { actions } = await rules.executionIs(rule.id, eventId, { state: 'failed' });
    rules.refuse = undefined;
    expect(actions).toMatchObject([
      { state: 'done', tries: 2, errorCode: '' },
      { state: 'failed', tries: 1, errorCode: 'gateway.connection.not_found' },
    ]);
  });

  it('do nothing more once they are switched off', async () => {
    const rule = await rules.rule({ when: urgent, then: [forward] });
    rules.refuse = () => ({ code: 'gateway.away', retry: 'later' });
    const eventId = await rules.received({ body: 'urgent, but not for long' });
    await eventually(async () => {
      const [execution] = await rules.executions(rule.id);
      expect(execution?.actions).toMatchObject([{ errorCode: 'gateway.away', state: 'pending' }]);
    }, patience);
    await rules.rule({ when: urgent, then: [forward] }, { ruleId: rule.id, enabled: false });
    rules.refuse = undefined;
    const { actions } = await rules.executionIs(rule.id, eventId, { state: 'failed' });
    expect(actions).toMatchObject([{ errorCode: 'rules.rule_disabled' }]);
    expect(await rules.find(rule.id)).toMatchObject({ enabled: false, version: 2 });
  });

  it('emit events that other rules wait for', async () => {
    const second = await rules.rule({
      on: ['rules.custom.escalated'],
      when: { all: [{ fact: 'payload.who', operator: 'equal', value: '+15550001' }] },
      then: [{ ...forward, to: '{{payload.who}}', body: 'escalated {{payload.n}}' }],
    });
    const first = await rules.rule({
      when: { all: [{ fact: 'body', operator: 'equal', value: 'escalate' }] },
      then: [{ type: 'emit_event', name: 'custom.escalated', payload: { who: '{{from}}', n: 7 } }],
    });
    const eventId = await rules.received({ body: 'escalate' });
    await rules.executionIs(first.id, eventId, { state: 'done' });
    const [execution] = await eventually(async () => {
      const found = await rules.executions(second.id, 'done');
      expect(found).toHaveLength(1);
      return found;
    }, patience);
    expect(execution?.eventType).toBe('rules.custom.escalated');
    expect(rules.sent.find(({ causedBy }) => causedBy.includes(second.id))).toMatchObject({
      causedBy: [first.id, second.id],
    });
  });

  it('have versions, of which a stale one changes nothing', async () => {
    const rule = await rules.rule({ when: urgent, then: [forward] });
    const change = (expectedVersion: number) =>
      rules.rule({ when: { all: [] }, then: [forward] }, { ruleId: rule.id, expectedVersion });
    expect(await change(1)).toMatchObject({ id: rule.id, version: 2 });
    await expect(change(1)).rejects.toMatchObject({ code: 'rules.version.conflict' });
    await expect(
      rules.manager.call(putRule, { spaceId, name: 'x', definitionJson: '{"on":["plugin.x"]}' }),
    ).rejects.toMatchObject({
      code: 'rules.definition_invalid',
      message: expect.stringContaining('on.0'),
    });
    await expect(
      rules.manager.call(getRule, { spaceId: 'other', ruleId: rule.id }),
    ).rejects.toMatchObject({ code: 'rules.rule.not_found' });
  });

  it('are listed in pages', async () => {
    const all: string[] = [];
    let cursor = '';
    do {
      const page = await rules.manager.call(listRules, { spaceId, limit: 2, cursor });
      all.push(...page.rules.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== '');
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(4);
  });
});
