import { RemoteError, type Bus } from '@made-open/bus';
import { RuleService, type Execution, type Rule, type RuleTrial } from '@made-open/contracts';
import { notFound, RequestError } from '../errors.ts';
import type { Page, PageRequest } from '../page.ts';

const { putRule, getRule, listRules, deleteRule, testRule, listExecutions } = RuleService.method;

/** Plugins may have to be started before they decide; below the 30 s after which NATS would bring the request again. */
const slow = { timeoutMs: 28_000 };

export interface RuleKey {
  readonly spaceId: string;
  readonly ruleId: string;
}

export interface WantedRule {
  readonly name: string;
  readonly enabled: boolean;
  readonly definition: object;
}

export interface WantedTrial {
  readonly spaceId: string;
  /** Of a stored rule; empty for a definition. */
  readonly ruleId: string;
  readonly definition: object | undefined;
  readonly events: readonly object[];
  readonly limit: number;
}

export interface WantedExecutions extends RuleKey {
  readonly state: string;
}

/** The rules, which the service of that name keeps. */
export class Rules {
  readonly #bus: Pick<Bus, 'call'>;

  constructor(bus: Pick<Bus, 'call'>) {
    this.#bus = bus;
  }

  create(spaceId: string, wanted: WantedRule): Promise<Rule> {
    return this.#put({ spaceId, ruleId: '' }, wanted, 0);
  }

  /** `expected` is the version that the change stands on; undefined for whichever it has. */
  async change(
    key: RuleKey,
    wanted: Partial<WantedRule>,
    expected: number | undefined,
  ): Promise<Rule> {
    const rule = await this.find(key);
    const { name, enabled, definitionJson, version } = rule;
    if (expected !== undefined && expected !== version) throw changedMeanwhile(key, 412);
    const whole = { name, enabled, definition: readDefinition(definitionJson), ...wanted };
    return this.#put(key, whole, version);
  }

  async find(key: RuleKey): Promise<Rule> {
    const { rule } = await this.#bus.call(getRule, key).catch(asRequestError(key));
    return rule ?? Promise.reject(notFound('rule', key.ruleId));
  }

  async list(spaceId: string, { limit, after = '' }: PageRequest): Promise<Page<Rule>> {
    const answer = await this.#bus.call(listRules, { spaceId, limit, cursor: after });
    return { data: answer.rules, next: answer.nextCursor || undefined };
  }

  async remove(key: RuleKey): Promise<void> {
    const { deleted } = await this.#bus.call(deleteRule, key);
    if (!deleted) throw notFound('rule', key.ruleId);
  }

  /** Holds a rule against events and does nothing. */
  async test({ spaceId, ruleId, definition, events, limit }: WantedTrial): Promise<RuleTrial[]> {
    const request = {
      spaceId,
      ruleId,
      definitionJson: definition === undefined ? '' : JSON.stringify(definition),
      eventsJson: events.map((event) => JSON.stringify(event)),
      limit,
    };
    const asked = this.#bus.call(testRule, request, slow);
    return (await asked.catch(asRequestError({ spaceId, ruleId }))).trials;
  }

  /** The newest first; of all rules without the id of one. */
  async executions(
    { spaceId, ruleId, state }: WantedExecutions,
    { limit, after = '' }: PageRequest,
  ): Promise<Page<Execution>> {
    if (ruleId !== '') await this.find({ spaceId, ruleId });
    const request = { spaceId, ruleId, state, limit, cursor: after };
    const { executions, nextCursor } = await this.#bus.call(listExecutions, request);
    return { data: executions, next: nextCursor || undefined };
  }

  async #put(key: RuleKey, wanted: WantedRule, expectedVersion: number): Promise<Rule> {
    const { name, enabled, definition } = wanted;
    const definitionJson = JSON.stringify(definition);
    const request = { ...key, name, enabled, definitionJson, expectedVersion };
    const { rule } = await this.#bus.call(putRule, request).catch(asRequestError(key));
    if (rule === undefined) throw new Error('rules did not say what it has stored');
    return rule;
  }
}

/** What the service of rules refuses, in the words of this API. */
function asRequestError(key: RuleKey) {
  return (error: unknown): never => {
    if (!(error instanceof RemoteError)) throw error;
    if (error.code === 'rules.rule.not_found') throw notFound('rule', key.ruleId);
    if (error.code === 'rules.version.conflict') throw changedMeanwhile(key, 409);
    if (error.code !== 'rules.definition_invalid') throw error;
    const errors = error.message.split('\n');
    throw new RequestError(
      'rule.definition_invalid',
      422,
      `the definition of the rule is not valid: ${errors[0] ?? ''}`,
      { errors },
    );
  };
}

function changedMeanwhile({ ruleId }: RuleKey, status: 409 | 412): RequestError {
  return new RequestError(
    'rule.changed',
    status,
    `rule ${ruleId} was changed meanwhile; read it again and repeat the change`,
  );
}

export function readDefinition(json: string): object {
  const definition: unknown = JSON.parse(json);
  if (typeof definition !== 'object' || definition === null)
    throw new TypeError('rules gave a definition that is no object');
  return definition;
}
