import { Engine, type NestedCondition, type TopLevelCondition } from 'json-rules-engine';
import { factOf } from './check-definition.ts';
import { builtInOperators } from './operators.ts';
import { pluginOperatorOf } from './plugin-operator.ts';
import {
  comparisonsOf,
  isComparison,
  type Comparison,
  type Condition,
  type ConditionGroup,
} from './rule-definition.ts';
import { valueAt } from './value-at.ts';

/** What a condition came to; those that were not needed for the decision are left out. */
export interface DecidedCondition {
  readonly place: string;
  readonly fact: string;
  readonly operator: string;
  readonly met: boolean;
}

/** What became of the conditions of a rule; `asks` names the conditions that plugins have to decide first. */
export type Evaluation =
  | { readonly state: 'decided'; readonly matches: boolean; readonly reason: DecidedCondition[] }
  | { readonly state: 'asks'; readonly asks: readonly PluginCondition[] };

export interface PluginCondition {
  readonly place: string;
  readonly comparison: Comparison;
}

/** What plugins have said, by the place of the condition. */
export type Answers = ReadonlyMap<string, boolean>;

/** Takes note of what it is asked for and does not have. */
class AnswerBook {
  readonly #answers: Answers;
  readonly missing = new Set<string>();

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  at(place: string): boolean {
    const answer = this.#answers.get(place);
    if (answer === undefined) this.missing.add(place);
    return answer ?? false;
  }
}

/** Built-in conditions come first: plugins are asked only when these leave it open, and then all at once. */
const priorities = { builtIn: 2, plugin: 1 };

/** Holds the conditions of a rule against the facts of an event. */
export async function evaluate(
  when: ConditionGroup,
  facts: object,
  answers: Answers = new Map(),
): Promise<Evaluation> {
  const book = new AnswerBook(answers);
  const engine = new Engine([{ conditions: groupOf(when), event: { type: 'met' } }], {
    allowUndefinedFacts: true,
    pathResolver: (value, path) =>
      value instanceof AnswerBook ? value.at(path) : valueAt(value, path),
  });
  for (const [name, { evaluate: compare }] of builtInOperators) engine.addOperator(name, compare);
  const { results, failureResults } = await engine.run({ event: facts, answers: book });
  const comparisons = comparisonsOf(when);
  const asks = comparisons.filter(({ place }) => book.missing.has(place));
  if (asks.length > 0) return { state: 'asks', asks };
  const [result] = [...results, ...failureResults];
  return {
    state: 'decided',
    matches: results.length > 0,
    reason: comparisons.flatMap(({ place, comparison: { fact, operator } }) => {
      const met = valueAt(result?.conditions, `${place}.result`);
      return typeof met === 'boolean' ? [{ place, fact, operator, met }] : [];
    }),
  };
}

function groupOf(group: ConditionGroup, place = ''): TopLevelCondition {
  const under = (name: string): string => (place === '' ? name : `${place}.${name}`);
  const members = (name: string, conditions: readonly Condition[]): NestedCondition[] =>
    conditions.map((member, index) => memberOf(member, `${under(name)}.${String(index)}`));
  const priority = hasPlugin(group) ? priorities.plugin : priorities.builtIn;
  if ('all' in group) return { all: members('all', group.all), priority };
  if ('any' in group) return { any: members('any', group.any), priority };
  return { not: memberOf(group.not, under('not')), priority };
}

function memberOf(condition: Condition, place: string): NestedCondition {
  if (!isComparison(condition)) return groupOf(condition, place);
  const { fact, operator, value } = condition;
  if (pluginOperatorOf(operator) !== undefined)
    return {
      fact: 'answers',
      path: place,
      operator: 'equal',
      value: true,
      priority: priorities.plugin,
    };
  const other = factOf(value);
  return {
    fact: 'event',
    path: fact,
    operator,
    value: other === undefined ? value : { fact: 'event', path: other },
    priority: priorities.builtIn,
  };
}

function hasPlugin(condition: Condition): boolean {
  return comparisonsOf(condition).some(
    ({ comparison }) => pluginOperatorOf(comparison.operator) !== undefined,
  );
}
