import type { Transaction } from 'kysely';
import { RulesError } from '../errors.ts';
import type { RulesTables } from '../tables.ts';

/** An action that one replica has taken in hand. */
export interface DueAction {
  readonly executionId: string;
  readonly index: number;
  readonly kind: string;
  /** As `fillAction` made it. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly tries: number;
  readonly ruleId: string;
  /** The rule is still switched on. */
  readonly isWanted: boolean;
  readonly spaceId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly causedBy: readonly string[];
}

/** What came of it. */
export interface CarriedOut {
  /** What it made; empty for nothing. */
  readonly resultId: string;
  /** Committed together with the note that it is done. */
  readonly write?: (trx: Transaction<RulesTables>) => Promise<void>;
}

/** Carries out one kind of action, or finds who does; errors with `retry: 'never'` end it. */
export interface CarryOut {
  carryOut(action: DueAction): Promise<CarriedOut>;
}

/** The chain of rules that what the action makes was caused by. */
export function causes({ causedBy, ruleId }: DueAction): string[] {
  return [...causedBy, ruleId];
}

/** Carries out each action by its kind. */
export class CarryOutByKind implements CarryOut {
  readonly #kinds: Readonly<Record<string, CarryOut>>;

  constructor(kinds: Readonly<Record<string, CarryOut>>) {
    this.#kinds = kinds;
  }

  carryOut(action: DueAction): Promise<CarriedOut> {
    const kind = this.#kinds[action.kind];
    if (kind === undefined)
      throw new RulesError(
        'unknown_action',
        `nobody carries out actions of the kind ${action.kind}`,
      );
    return kind.carryOut(action);
  }
}

export function textIn(content: DueAction['content'], name: string): string {
  const text = content[name];
  return typeof text === 'string' ? text : '';
}
