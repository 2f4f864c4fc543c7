import { fitsAnyEvent, maxConditionDepth, maxConditions, ruleSchemas } from '@made-open/contracts';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { InvalidDefinitionError } from '../errors.ts';
import { builtInOperators } from './operators.ts';
import { pluginOperatorOf } from './plugin-operator.ts';
import {
  comparisonsOf,
  isComparison,
  membersOf,
  type Comparison,
  type Condition,
  type RuleAction,
  type RuleDefinition,
} from './rule-definition.ts';
import { templateFault } from './templates.ts';

const maxBytes = 256 * 1024;
/** Of JSON, payloads included. */
const maxLevels = 64;
const maxFaults = 20;
/** Of `matches`: together they hold up the service for less than half a second, however they are made. */
const maxExpressions = 10;
const ajv = new Ajv2020({ allErrors: true, strict: false, discriminator: true });
const check = ajv.compile<RuleDefinition>({
  $ref: '#/components/schemas/RuleDefinition',
  components: { schemas: ruleSchemas },
});

/** Reads a definition; throws InvalidDefinitionError with every fault and its place. */
export function readDefinition(json: string): RuleDefinition {
  const value = parse(json);
  if (!check(value)) throw new InvalidDefinitionError(schemaFaults(check.errors ?? []));
  const faults = [
    ...subjectFaults(value.on),
    ...conditionFaults(value.when),
    ...value.then.flatMap((action, index) => actionFaults(action, `then.${String(index)}`)),
  ];
  if (faults.length > 0) throw new InvalidDefinitionError(faults.slice(0, maxFaults));
  return value;
}

function parse(json: string): unknown {
  if (Buffer.byteLength(json) > maxBytes)
    throw new InvalidDefinitionError([`the definition has more than ${String(maxBytes)} bytes`]);
  const value = parsed(json);
  if (isDeeperThan(value, maxLevels))
    throw new InvalidDefinitionError([
      `the definition is nested deeper than ${String(maxLevels)} levels`,
    ]);
  return value;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new InvalidDefinitionError(['the definition is not JSON']);
  }
}

/** Level by level: what walks through a definition afterwards calls itself for each. */
function isDeeperThan(value: unknown, levels: number): boolean {
  let members = [value];
  for (let level = 0; level <= levels && members.length > 0; level++)
    members = members.flatMap((member) =>
      typeof member === 'object' && member !== null ? Object.values(member) : [],
    );
  return members.length > 0;
}

/** Without those that only say that a branch of the schema did not fit. */
function schemaFaults(errors: readonly ErrorObject[]): string[] {
  const told = errors.filter(({ keyword }) => keyword !== 'if').map(explain);
  return [...new Set(told)].slice(0, maxFaults);
}

function explain({ instancePath, keyword, params, message }: ErrorObject): string {
  const place = instancePath.slice(1).replaceAll('/', '.') || 'the definition';
  if (keyword === 'required' && params['missingProperty'] === 'not')
    return `${place} needs "fact", "all", "any" or "not"`;
  if (keyword === 'required') return `${place} lacks "${String(params['missingProperty'])}"`;
  if (keyword === 'additionalProperties')
    return `${place} has the unknown field "${String(params['additionalProperty']).slice(0, 100)}"`;
  if (keyword === 'discriminator')
    return `${place}.type must be send_message, emit_event, call_webhook, tag_entity or untag_entity`;
  if (keyword === 'pattern' && place.startsWith('on.'))
    return `${place} must be a subject of communication, data, connector or rules.custom, with * for a token and > for the rest`;
  return `${place} ${message ?? 'is not valid'}`;
}

function subjectFaults(subjects: readonly string[]): string[] {
  return subjects.flatMap((subject, index) =>
    fitsAnyEvent(subject)
      ? []
      : [`on.${String(index)}: no event of the catalogue is called ${subject}`],
  );
}

function conditionFaults(when: Condition): string[] {
  const all = comparisonsOf(when);
  const expressions = all.filter(({ comparison }) => comparison.operator.startsWith('matches'));
  const depth = depthOf(when);
  return [
    ...(all.length > maxConditions
      ? [`when has ${String(all.length)} conditions, and ${String(maxConditions)} are allowed`]
      : []),
    ...(expressions.length > maxExpressions
      ? [
          `when has ${String(expressions.length)} expressions to match, and ${String(maxExpressions)} are allowed; join some with |`,
        ]
      : []),
    ...(depth > maxConditionDepth
      ? [`when is ${String(depth)} levels deep, and ${String(maxConditionDepth)} are allowed`]
      : []),
    ...all.flatMap(({ place, comparison }) => {
      const fault = comparisonFault(comparison);
      return fault === undefined ? [] : [`when.${place}: ${fault}`];
    }),
  ];
}

function depthOf(condition: Condition): number {
  if (isComparison(condition)) return 0;
  return 1 + Math.max(0, ...membersOf(condition).map(depthOf));
}

function comparisonFault({ operator, value, connection }: Comparison): string | undefined {
  if (factOf(value) === undefined && hasFact(value))
    return 'an object as value may have no "fact" unless it is {"fact": "<path>"}';
  const builtIn = builtInOperators.get(operator);
  if (builtIn !== undefined) {
    if (connection !== undefined) return 'connection is for operators of plugins';
    const fault = factOf(value) === undefined ? builtIn.fault(value) : undefined;
    return fault === undefined ? undefined : `${operator} ${fault}`;
  }
  if (pluginOperatorOf(operator) !== undefined) return undefined;
  return `there is no operator "${operator.slice(0, 100)}"; there are ${[...builtInOperators.keys()].join(', ')}, and plugin:<plugin>/<operator>`;
}

/** The path, when the value is taken from the event. */
export function factOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'fact'))
    return undefined;
  const fact: unknown = Reflect.get(value, 'fact');
  return typeof fact === 'string' && Object.keys(value).length === 1 ? fact : undefined;
}

function hasFact(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'fact');
}

function actionFaults(action: RuleAction, place: string): string[] {
  return textsOf(action, place).flatMap(({ at, text }) => {
    const fault = templateFault(text);
    return fault === undefined ? [] : [`${at} ${fault}`];
  });
}

function textsOf(value: unknown, at: string): { at: string; text: string }[] {
  if (typeof value === 'string') return [{ at, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => textsOf(member, `${at}.${name}`));
}
