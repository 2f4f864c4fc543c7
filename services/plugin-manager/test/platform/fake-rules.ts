import { RemoteError } from '@made-open/bus';
import { RuleService, type Rule } from '@made-open/contracts';
import { create } from '@bufbuild/protobuf';
import { RuleSchema } from '@made-open/contracts';
import { randomUUID } from 'node:crypto';
import type { FakeService } from './fake-service.ts';

const { putRule, getRule, listRules, deleteRule, testRule, listExecutions } = RuleService.method;
const reasonJson = '{"conditions":[{"place":"all.0","fact":"body","operator":"equal","met":true}]}';

/** What the service of rules answers: it keeps rules, and refuses definitions without `on`. */
export function answerRules(service: FakeService): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  const find = (id: string): Rule => {
    const rule = rules.get(id);
    if (rule === undefined) throw new RemoteError('rules.rule.not_found', 'no such rule', 'never');
    return rule;
  };
  service.on(putRule, ({ ruleId, expectedVersion, ...wanted }) => {
    if (!wanted.definitionJson.includes('"on"'))
      throw new RemoteError(
        'rules.definition_invalid',
        'the definition lacks "on"\nand more',
        'never',
      );
    const version = ruleId === '' ? 0 : find(ruleId).version;
    if (expectedVersion !== 0 && expectedVersion !== version)
      throw new RemoteError('rules.version.conflict', 'another version', 'never');
    const at = '2026-11-21T06:00:00.000Z';
    const { spaceId, name, enabled, definitionJson } = wanted;
    const rule = create(RuleSchema, {
      id: ruleId || randomUUID(),
      spaceId,
      name,
      enabled,
      definitionJson,
      version: version + 1,
      createdAt: at,
      updatedAt: at,
    });
    rules.set(rule.id, rule);
    return { rule };
  });
  service.on(getRule, ({ ruleId }) => ({ rule: find(ruleId) }));
  service.on(listRules, () => ({ rules: [...rules.values()] }));
  service.on(deleteRule, ({ ruleId }) => ({ deleted: rules.delete(ruleId) }));
  service.on(testRule, ({ ruleId, eventsJson }) => {
    if (ruleId !== '') find(ruleId);
    const actionsJson = ['{"type":"send_message","connection":"c","to":"a","body":"b"}'];
    const trial = { eventType: 'data.PersonCreated', eventTime: '', matches: true };
    return {
      trials: eventsJson.map((_, index) => ({
        ...trial,
        eventId: String(index),
        reasonJson,
        actionsJson,
      })),
    };
  });
  service.on(listExecutions, ({ ruleId }) => ({
    executions: [
      {
        id: randomUUID(),
        ruleId: ruleId || randomUUID(),
        ruleVersion: 1,
        eventId: 'e1',
        eventType: 'data.PersonCreated',
        startedAt: '2026-11-21T06:00:00.000Z',
        state: 'pending',
        reasonJson,
        actions: [
          { kind: 'emit_event', state: 'done', tries: 1, resultId: 'r' },
          { kind: 'send_message', state: 'pending', tries: 2, errorCode: 'a.b', errorMessage: 'c' },
        ],
      },
    ],
  }));
  return rules;
}
