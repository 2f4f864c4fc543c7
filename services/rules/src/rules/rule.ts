import type { MessageInitShape } from '@bufbuild/protobuf';
import type { RuleSchema } from '@made-open/contracts';
import type { RuleDefinition } from '../definitions/rule-definition.ts';

/** A rule as it is stored. */
export interface StoredRule {
  readonly id: string;
  readonly spaceId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly version: number;
  readonly definition: RuleDefinition;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly firedCount: number;
  readonly notMatchedCount: number;
  readonly lastFiredAt: Date | undefined;
}

const maxCount = 4_294_967_295;

export function ruleMessage(rule: StoredRule): MessageInitShape<typeof RuleSchema> {
  const { id, spaceId, name, enabled, version, definition } = rule;
  return {
    id,
    spaceId,
    name,
    enabled,
    version,
    definitionJson: JSON.stringify(definition),
    createdAt: rule.createdAt.toISOString(),
    updatedAt: rule.updatedAt.toISOString(),
    firedCount: Math.min(rule.firedCount, maxCount),
    notMatchedCount: Math.min(rule.notMatchedCount, maxCount),
    lastFiredAt: rule.lastFiredAt?.toISOString() ?? '',
  };
}
