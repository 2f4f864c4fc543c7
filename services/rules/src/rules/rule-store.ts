import type { RuleDefinition } from '../definitions/rule-definition.ts';
import type { Page, PageRequest } from '../page.ts';
import type { StoredRule } from './rule.ts';

export interface WantedRule {
  readonly spaceId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly definition: RuleDefinition;
}

/** What became of a change: the rule as it is now, or why it was not changed. */
export type ChangedRule = StoredRule | 'absent' | 'changed meanwhile';

/** The rules, with what each was in its versions. */
export abstract class RuleStore {
  abstract create(wanted: WantedRule): Promise<StoredRule>;
  /** `expectedVersion` 0 changes whichever version it has. */
  abstract change(id: string, wanted: WantedRule, expectedVersion: number): Promise<ChangedRule>;
  abstract find(spaceId: string, id: string): Promise<StoredRule | undefined>;
  /** As it was in a version; whether it is enabled, and its counts, are as they are now. */
  abstract asOf(spaceId: string, id: string, version: number): Promise<StoredRule | undefined>;
  /** By id, which rises with the time of creation. */
  abstract list(spaceId: string, page: PageRequest): Promise<Page<StoredRule>>;
  /** With its executions; says whether there was one. */
  abstract remove(spaceId: string, id: string): Promise<boolean>;
  /** Enabled ones of the spaces. */
  abstract enabled(spaceIds: readonly string[]): Promise<StoredRule[]>;
  /** Counts events that did not meet the conditions, by rule. */
  abstract countNotMatched(counts: ReadonlyMap<string, number>): Promise<void>;
}
