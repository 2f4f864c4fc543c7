import { messages } from './catalogue.ts';
import { routeOf, subjectPattern } from './routing.ts';
import { streamOf } from './streams.ts';

const told: ReadonlySet<string> = new Set(['DATA', 'COMMUNICATION', 'CONNECTOR', 'RULES']);

/** Subjects of the events that API clients, rules and endpoints hear, with `*` for what is free in them. */
export const eventSubjects: readonly string[] = messages
  .map(routeOf)
  .filter(({ stream }) => told.has(streamOf(stream).name))
  .map(({ subject }) => subjectPattern(subject));

/** Whether there is an event that a pattern fits: `*` stands for one token, `>` at the end for all that follow. */
export function fitsAnyEvent(pattern: string): boolean {
  return eventSubjects.some((subject) => overlap(pattern.split('.'), subject.split('.')));
}

function overlap(wanted: readonly string[], subject: readonly string[]): boolean {
  const isOpen = wanted.at(-1) === '>';
  const fixed = isOpen ? wanted.slice(0, -1) : wanted;
  if (isOpen ? subject.length <= fixed.length : subject.length !== fixed.length) return false;
  return fixed.every(
    (token, index) => [token, subject[index]].includes('*') || token === subject[index],
  );
}
