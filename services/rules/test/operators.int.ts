import { ensureRunnerConsumer, readMessage, type Bus } from '@made-open/bus';
import {
  ConnectionChangedSchema,
  ConnectionState,
  invocationsConsumer,
  InvokeSchema,
  pluginToken,
  RuleService,
  type Invoke,
} from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { patience, RulesFixture, spaceId } from './rules-fixture.ts';

const pluginId = 'com.example.mood';
const { recordEvaluation, testRule, listRules, deleteRule } = RuleService.method;
const angry = { fact: 'body', operator: `plugin:${pluginId}/isAngry`, value: { fact: 'from' } };
const forward = { type: 'send_message', connection: 'sms', to: '{{from}}', body: 'x' } as const;

let rules: RulesFixture;
let runner: Bus;
const asked: Invoke[] = [];
/** What the runner makes of a condition; undefined: it says nothing. */
let answer: (fact: unknown, attempt: number) => object | undefined = () => undefined;

async function announce(
  connectionId: string,
  generation: number,
  state: ConnectionState = ConnectionState.ACTIVE,
) {
  const message = { connectionId, spaceId, pluginId, generation, state, operators: ['isAngry'] };
  await rules.manager.publishEvents(ConnectionChangedSchema, [{ message }]);
  await eventually(async () => {
    const rows = await rules.query<{ generation: string; is_active: boolean }>(
      'select generation, is_active from rules.connection where connection_id = $1',
      [connectionId],
    );
    expect(rows).toEqual([
      { generation: String(generation), is_active: state === ConnectionState.ACTIVE },
    ]);
  }, patience);
}

function askedOf(fact: string): Invoke[] {
  return asked.filter(
    ({ work }) => work.case === 'operator' && work.value.factJson === JSON.stringify(fact),
  );
}

beforeAll(async () => {
  rules = await RulesFixture.start();
  runner = await rules.platform.runnerBus(pluginId);
  await ensureRunnerConsumer(rules.manager.connection, pluginId);
  await announce('mood', 1);
  runner.consume(invocationsConsumer(pluginId), async ({ data }) => {
    const command = readMessage(InvokeSchema, data);
    asked.push(command);
    const fact: unknown = JSON.parse(
      command.work.case === 'operator' ? command.work.value.factJson : 'null',
    );
    const result = answer(fact, command.try);
    if (result === undefined) return 'ack';
    const { invocationId, connectionId } = command;
    const told = { invocationId, connectionId, try: command.try, ...result };
    await runner.call(
      recordEvaluation,
      { result: told },
      { parameters: { plugin: pluginToken(pluginId) } },
    );
    return 'ack';
  });
});
afterAll(() => rules?.stop());

describe('operators of plugins', () => {
  afterEach(async () => {
    const { rules: left } = await rules.manager.call(listRules, { spaceId });
    for (const { id } of left) await rules.manager.call(deleteRule, { spaceId, ruleId: id });
  });

  it('decide what built-in conditions leave open, and are asked for nothing else', async () => {
    const long = { fact: 'body', operator: 'contains', value: 'ask' };
    const rule = await rules.rule({ when: { all: [angry, long] }, then: [forward], log_all: true });
    answer = (fact) => ({ resultJson: JSON.stringify(String(fact).includes('!')) });
    const calm = await rules.received({ body: 'ask me' });
    const loud = await rules.received({ body: 'ask me!' }, { times: 2 });
    const short = await rules.received({ body: 'no!' });
    await rules.executionIs(rule.id, loud, { state: 'done' });
    await rules.executionIs(rule.id, calm, { state: 'not_matched', actions: [] });
    await rules.executionIs(rule.id, short, { state: 'not_matched' });
    expect(askedOf('ask me!')).toMatchObject([
      {
        connectionId: 'mood',
        spaceId,
        try: 1,
        work: { value: { name: 'isAngry', valueJson: '"+15550001"' } },
      },
    ]);
    expect(askedOf('no!')).toEqual([]);
  });

  it('are asked again after an error that may pass, and end the execution with one that does not', async () => {
    const rule = await rules.rule({ when: { not: angry }, then: [forward] });
    const error = { code: 'sandbox.time', message: 'too slow' };
    answer = (fact, attempt) => {
      if (fact === 'broken') return { error, permanent: true };
      return attempt === 1 ? { error } : { resultJson: 'false' };
    };
    const passing = await rules.received({ body: 'passing' });
    const broken = await rules.received({ body: 'broken' });
    const { reasonJson } = await rules.executionIs(rule.id, broken, { state: 'failed' });
    expect(JSON.parse(reasonJson)).toMatchObject({ error });
    await rules.executionIs(rule.id, passing, { state: 'done' });
    const [first, second] = askedOf('passing');
    expect([first?.try, second?.try]).toEqual([1, 2]);
    expect(second?.invocationId).toBe(first?.invocationId);
    answer = () => ({ resultJson: '"yes"' });
    const odd = await rules.received({ body: 'odd' });
    const ended = await rules.executionIs(rule.id, odd, { state: 'failed' });
    expect(ended.reasonJson).toContain('true or false');
  });

  it('are heard of their own plugin alone', async () => {
    const rule = await rules.rule({ when: { all: [angry] }, then: [forward] });
    answer = () => undefined;
    const eventId = await rules.received({ body: 'forged' });
    const command = await eventually(() => {
      const [found] = askedOf('forged').filter((one) => one.invocationId !== '');
      if (found === undefined) throw new Error('nobody was asked');
      return found;
    }, patience);
    const { invocationId } = command;
    const other = await rules.platform.runnerBus('com.example.other');
    const parameters = { plugin: pluginToken('com.example.other') };
    const result = { invocationId, connectionId: 'mood', try: 1, resultJson: 'true' };
    await other.call(recordEvaluation, { result }, { parameters });
    await rules.executionIs(rule.id, eventId, { state: 'pending', actions: [] });
    await runner.call(
      recordEvaluation,
      { result },
      { parameters: { plugin: pluginToken(pluginId) } },
    );
    await rules.executionIs(rule.id, eventId, { state: 'done' });
  });

  it('decide by the rule as it was when the event came, and nothing any more once it is switched off', async () => {
    const before = { when: { all: [angry] }, then: [{ ...forward, body: 'as it was' }] };
    const after = {
      when: { all: [{ ...angry, fact: 'connection_id' }] },
      then: [{ ...forward, body: 'as it is' }],
    };
    answer = () => undefined;
    const changed = await rules.rule(before);
    const off = await rules.rule(before);
    const eventId = await rules.received({ body: 'meanwhile' });
    await eventually(() => expect(askedOf('meanwhile')).toHaveLength(2), patience);
    await rules.rule(after, { ruleId: changed.id });
    await rules.rule(before, { ruleId: off.id, enabled: false });
    for (const { invocationId } of askedOf('meanwhile'))
      await runner.call(
        recordEvaluation,
        { result: { invocationId, connectionId: 'mood', try: 1, resultJson: 'true' } },
        { parameters: { plugin: pluginToken(pluginId) } },
      );
    await rules.executionIs(changed.id, eventId, { state: 'done', ruleVersion: 1 });
    const { reasonJson } = await rules.executionIs(off.id, eventId, { state: 'failed' });
    expect(reasonJson).toContain('rules.rule_disabled');
    const sent = rules.sent.filter(({ causedBy }) =>
      [changed.id, off.id].some((id) => causedBy.includes(id)),
    );
    expect(sent.map(({ contentJson }) => contentJson)).toEqual([
      expect.stringContaining('as it was'),
    ]);
  });

  it('are tried out on past and given events, and nothing is done', async () => {
    answer = (fact) => ({ resultJson: JSON.stringify(String(fact).includes('loud')) });
    const loud = await rules.received({ body: 'a loud one' });
    await rules.received({ body: 'a calm one' });
    const then = [{ ...forward, body: 'Heard: {{body}}' }];
    const definitionJson = JSON.stringify({
      on: ['communication.*'],
      when: { all: [angry] },
      then,
    });
    const sent = rules.sent.length;
    const { trials } = await rules.manager.call(
      testRule,
      { spaceId, definitionJson, limit: 2 },
      { timeoutMs: 28_000 },
    );
    expect(trials).toMatchObject([
      { matches: false, actionsJson: [] },
      { eventId: loud, eventType: 'communication.MessageReceived', matches: true },
    ]);
    expect(JSON.parse(trials[1]?.actionsJson[0] ?? '')).toEqual({
      type: 'send_message',
      connection: 'sms',
      to: '+15550001',
      body: 'Heard: a loud one',
    });
    const given = {
      id: 'g',
      type: 'communication.MessageReceived',
      data: { body: 'loud', from: 'me' },
    };
    const answered = await rules.manager.call(
      testRule,
      { spaceId, definitionJson, eventsJson: [JSON.stringify(given)] },
      { timeoutMs: 28_000 },
    );
    expect(answered.trials).toMatchObject([{ eventId: 'g', matches: true }]);
    await expect(
      rules.manager.call(testRule, { spaceId, definitionJson, eventsJson: ['{}'] }),
    ).rejects.toMatchObject({ code: 'rules.events_invalid' });
    expect(rules.sent).toHaveLength(sent);
    expect(await rules.query('select from rules.evaluation where execution_id is null')).toEqual(
      [],
    );
  });

  it('are asked for each rule and each event, of which one that is never decided holds up no other', async () => {
    answer = (fact) => (fact === 'silence' ? undefined : { resultJson: 'true' });
    const several = await Promise.all(
      [1, 2, 3].map(() => rules.rule({ when: { all: [angry] }, then: [forward] })),
    );
    const silent = await rules.received({ body: 'silence' });
    const bodies = Array.from({ length: 10 }, (_, index) => `many ${String(index)}`);
    const eventIds = await Promise.all(bodies.map((body) => rules.received({ body })));
    for (const { id } of several)
      for (const eventId of eventIds) await rules.executionIs(id, eventId, { state: 'done' });
    for (const { id } of several) await rules.executionIs(id, silent, { state: 'pending' });
  });

  it('say why nobody could be asked', async () => {
    await announce('mood-2', 1);
    const definitionJson = JSON.stringify({
      on: ['data.*'],
      when: { all: [angry] },
      then: [forward],
    });
    const given = JSON.stringify({ id: 'g', type: 'data.X', data: { body: 'a' } });
    const tried = (json: string) =>
      rules.manager.call(
        testRule,
        { spaceId, definitionJson: json, eventsJson: [given] },
        { timeoutMs: 28_000 },
      );
    expect((await tried(definitionJson)).trials[0]?.reasonJson).toContain(
      'several active connections',
    );
    await announce('mood', 2, ConnectionState.PAUSED);
    await announce('mood-2', 2, ConnectionState.DELETED);
    expect((await tried(definitionJson)).trials[0]?.reasonJson).toContain('no active connection');
  });
});
