import { create } from '@bufbuild/protobuf';
import { RuleTrialSchema, type RuleTrial, type TestRuleRequest } from '@made-open/contracts';
import { readDefinition } from '../definitions/check-definition.ts';
import { RulesError } from '../errors.ts';
import type { IncomingEvent } from '../events/incoming-event.ts';
import { decide, type Decision } from '../executions/decide.ts';
import { findRule } from '../rules/change-rules.ts';
import type { StoredRule } from '../rules/rule.ts';
import type { RuleStore } from '../rules/rule-store.ts';
import type { AskPlugins } from './ask-plugins.ts';
import { readEvent, type PastEvents } from './past-events.ts';

type TriedRule = Pick<StoredRule, 'id' | 'spaceId' | 'definition'>;

export interface TestRuleParts {
  readonly rules: RuleStore;
  readonly past: PastEvents;
  readonly plugins: AskPlugins;
}

const defaultLimit = 50;
const maxLimit = 500;
const maxGiven = 100;
const maxQuestions = 100;
/** Plugins are asked again when their answers leave more open; conditions are only so deep. */
const maxRounds = 5;
const withinMs = 22_000;
/** Of that, for past events. */
const readingMs = 8000;
/** An answer is one message. */
const maxAnswerBytes = 800 * 1024;

/** Holds a rule, stored or not, against past or given events, and does nothing. */
export class TestRule {
  readonly #parts: TestRuleParts;

  constructor(parts: TestRuleParts) {
    this.#parts = parts;
  }

  async test(request: TestRuleRequest): Promise<RuleTrial[]> {
    const rule = await this.#ruleOf(request);
    const { eventsJson, limit } = request;
    const now = Date.now();
    const wanted = Math.min(limit || defaultLimit, maxLimit);
    const events =
      eventsJson.length > 0
        ? givenEvents(eventsJson, rule.spaceId)
        : await this.#parts.past.of(rule, wanted, new Date(now + readingMs));
    const decisions = await this.#decide(rule, events, new Date(now + withinMs));
    return cut(events.map((event, index) => trialOf(event, decisions[index])));
  }

  async #ruleOf({ spaceId, ruleId, definitionJson }: TestRuleRequest): Promise<TriedRule> {
    if (ruleId !== '') return findRule(this.#parts.rules, spaceId, ruleId);
    return { id: '', spaceId, definition: readDefinition(definitionJson) };
  }

  async #decide(
    rule: TriedRule,
    events: readonly IncomingEvent[],
    deadline: Date,
  ): Promise<Decision[]> {
    const answers = events.map(() => new Map<string, boolean>());
    const decisions = await Promise.all(events.map((event) => decide(rule, event)));
    for (let round = 0; round < maxRounds; round++) {
      const open = questionsOf(rule, events, decisions).slice(0, maxQuestions);
      if (open.length === 0) break;
      const replies = await this.#parts.plugins.ask(open, deadline);
      for (const [index, reply] of replies.entries()) {
        const question = open[index];
        if (question === undefined) continue;
        if ('answer' in reply) answers[question.number]?.set(question.ask.place, reply.answer);
        else
          decisions[question.number] = {
            state: 'failed',
            reason: { conditions: [], error: reply },
          };
      }
      await this.#decideAgain(rule, events, { answers, decisions });
    }
    return decisions;
  }

  async #decideAgain(
    rule: TriedRule,
    events: readonly IncomingEvent[],
    { answers, decisions }: { answers: readonly Map<string, boolean>[]; decisions: Decision[] },
  ): Promise<void> {
    for (const [number, event] of events.entries())
      if (decisions[number]?.state === 'evaluating')
        decisions[number] = await decide(rule, event, answers[number]);
  }
}

function questionsOf(
  { spaceId }: TriedRule,
  events: readonly IncomingEvent[],
  decisions: readonly Decision[],
) {
  return events.flatMap((event, number) => {
    const decision = decisions[number];
    return decision?.state === 'evaluating'
      ? decision.asks.map((ask) => ({ spaceId, event, ask, number }))
      : [];
  });
}

function givenEvents(texts: readonly string[], spaceId: string): IncomingEvent[] {
  if (texts.length > maxGiven)
    throw new RulesError('events_invalid', `give ${String(maxGiven)} events at most`);
  return texts.map((text, index) => {
    const [event] = readEvent(parse(text));
    if (event === undefined)
      throw new RulesError(
        'events_invalid',
        `event ${String(index)} is none: it needs "id", "type" and "data" as CloudEvents has them`,
      );
    return { ...event, spaceId };
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function trialOf({ id, type, time }: IncomingEvent, decision: Decision | undefined): RuleTrial {
  const actions = decision?.state === 'pending' ? decision.actions : [];
  const reason =
    decision === undefined || decision.state === 'evaluating' ? unasked : decision.reason;
  return create(RuleTrialSchema, {
    eventId: id,
    eventType: type,
    eventTime: time.toISOString(),
    matches: decision?.state === 'pending',
    reasonJson: JSON.stringify(decision?.state === 'loop' ? { ...reason, error: loop } : reason),
    actionsJson: actions.map(({ kind, content }) => JSON.stringify({ type: kind, ...content })),
  });
}

const unasked = {
  conditions: [],
  error: {
    code: 'rules.not_asked',
    message: `plugins are asked ${String(maxQuestions)} times at most in a trial; try fewer events`,
  },
};
const loop = {
  code: 'rules.loop',
  message: 'the rule itself led to the event, or a long chain did',
};

function cut(trials: readonly RuleTrial[]): RuleTrial[] {
  let bytes = 0;
  return trials.filter(({ reasonJson, actionsJson }) => {
    bytes += Buffer.byteLength(reasonJson) + Buffer.byteLength(actionsJson.join('')) + 300;
    return bytes <= maxAnswerBytes;
  });
}
