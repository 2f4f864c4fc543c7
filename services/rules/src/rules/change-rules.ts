import type { PutRuleRequest } from '@made-open/contracts';
import { readDefinition } from '../definitions/check-definition.ts';
import { notFound, RulesError } from '../errors.ts';
import { isUuid } from '../page.ts';
import type { StoredRule } from './rule.ts';
import type { RuleStore } from './rule-store.ts';

const maxNameLength = 200;

/** Makes a rule, or a new version of it. */
export async function putRule(
  store: RuleStore,
  { spaceId, ruleId, name, enabled, definitionJson, expectedVersion }: PutRuleRequest,
): Promise<StoredRule> {
  if (name === '' || name.length > maxNameLength)
    throw new RulesError(
      'name_invalid',
      `a rule has a name of 1 to ${String(maxNameLength)} characters`,
    );
  const wanted = { spaceId, name, enabled, definition: readDefinition(definitionJson) };
  if (ruleId === '') return store.create(wanted);
  const rule = isUuid(ruleId) ? await store.change(ruleId, wanted, expectedVersion) : 'absent';
  if (rule === 'absent') throw notFound('rule', ruleId);
  if (rule === 'changed meanwhile')
    throw new RulesError(
      'version.conflict',
      `rule ${ruleId} has another version than ${String(expectedVersion)}: read it again and repeat the change`,
    );
  return rule;
}

export async function findRule(
  store: RuleStore,
  spaceId: string,
  ruleId: string,
): Promise<StoredRule> {
  const rule = isUuid(ruleId) ? await store.find(spaceId, ruleId) : undefined;
  if (rule === undefined) throw notFound('rule', ruleId);
  return rule;
}
