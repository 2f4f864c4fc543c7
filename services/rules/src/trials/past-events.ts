import type { Bus, StoredMessages } from '@made-open/bus';
import { matchesSubject } from '../definitions/subject-pattern.ts';
import { appliesTo } from '../events/applies-to.ts';
import { eventOf, recordOf, type IncomingEvent } from '../events/incoming-event.ts';
import type { StoredRule } from '../rules/rule.ts';

const streams: Readonly<Record<string, string>> = {
  communication: 'COMMUNICATION',
  data: 'DATA',
  connector: 'CONNECTOR',
  rules: 'RULES',
};
/** Messages that are read together, and how often, of a stream that holds few events of the rule. */
const window = 256;
const maxWindows = 40;
const maxBytes = 4 * 1024 * 1024;

type TriedRule = Pick<StoredRule, 'spaceId' | 'definition'>;

/** Events that the streams still hold. */
export class PastEvents {
  readonly #bus: Pick<Bus, 'stored'>;

  constructor(bus: Pick<Bus, 'stored'>) {
    this.#bus = bus;
  }

  /** Those that a rule would have been held against, the newest first. */
  async of(rule: TriedRule, limit: number, deadline: Date): Promise<IncomingEvent[]> {
    const roots = new Set(rule.definition.on.map((subject) => subject.split('.')[0] ?? ''));
    const found = await Promise.all(
      [...roots].map((root) => {
        const stream = streams[root];
        return stream === undefined
          ? Promise.resolve([])
          : newest(this.#bus.stored(stream), rule, { limit, deadline });
      }),
    );
    return found
      .flat()
      .toSorted((left, right) => right.time.getTime() - left.time.getTime())
      .slice(0, limit);
  }
}

interface Wanted {
  readonly limit: number;
  /** What was found until then is enough. */
  readonly deadline: Date;
}

async function newest(
  stored: StoredMessages,
  rule: TriedRule,
  { limit, deadline }: Wanted,
): Promise<IncomingEvent[]> {
  const { first, last } = await stored.bounds();
  const found: IncomingEvent[] = [];
  let end = last;
  for (let count = 0; count < maxWindows && end >= first && found.length < limit; count++) {
    const start = Math.max(first - 1, end - window);
    const events = await eventsBetween(stored, rule, { start, end, limit, deadline });
    found.push(...events.toReversed());
    end = start;
    if (start === 0 || isOver(deadline)) break;
  }
  return found.slice(0, limit);
}

/** The newest events of the rule in the messages behind `start` up to `end`, oldest first. */
async function eventsBetween(
  stored: StoredMessages,
  rule: TriedRule,
  { start, end, limit, deadline }: Wanted & { readonly start: number; readonly end: number },
): Promise<IncomingEvent[]> {
  let found: IncomingEvent[] = [];
  let position = start;
  while (position < end && !isOver(deadline)) {
    const messages = await stored.after(position, { maxMessages: end - position, maxBytes });
    for (const { sequence, subject, data } of messages)
      if (sequence <= end && rule.definition.on.some((one) => matchesSubject(one, subject)))
        found.push(...readBatch(data).filter((event) => appliesTo(rule, event)));
    found = found.slice(-limit);
    const last = messages.at(-1);
    if (last === undefined) break;
    position = last.sequence;
  }
  return found;
}

function isOver(deadline: Date): boolean {
  return Date.now() >= deadline.getTime();
}

/** What is no batch of events has none. */
function readBatch(data: Uint8Array): IncomingEvent[] {
  try {
    const batch: unknown = JSON.parse(Buffer.from(data).toString());
    return Array.isArray(batch) ? batch.flatMap(readEvent) : [];
  } catch {
    return [];
  }
}

/** An event as CloudEvents has it; none when it lacks what every event has. */
export function readEvent(value: unknown): IncomingEvent[] {
  const { id, type, time, data } = recordOf(value);
  if (typeof id !== 'string' || typeof type !== 'string') return [];
  const at = new Date(typeof time === 'string' ? time : 0);
  if (Number.isNaN(at.getTime())) return [];
  return [eventOf({ id, type, time: at, data: recordOf(data) })];
}
