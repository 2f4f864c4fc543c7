import { matchesSubject } from '../definitions/subject-pattern.ts';
import type { StoredRule } from '../rules/rule.ts';
import type { IncomingEvent } from './incoming-event.ts';

/** Rules in a row that may lead to each other. */
const maxDepth = 5;

/** Whether a rule waits for the event at all. */
export function appliesTo(
  { spaceId, definition }: Pick<StoredRule, 'spaceId' | 'definition'>,
  event: IncomingEvent,
): boolean {
  const { on, connections } = definition;
  return (
    spaceId === event.spaceId &&
    on.some((pattern) => matchesSubject(pattern, event.type)) &&
    (connections === undefined || connections.includes(event.connectionId))
  );
}

/** A rule never fires on what it caused, itself or through others, nor at the end of a long chain of others. */
export function isLoop(ruleId: string, { causedBy }: Pick<IncomingEvent, 'causedBy'>): boolean {
  return causedBy.includes(ruleId) || causedBy.length >= maxDepth;
}
