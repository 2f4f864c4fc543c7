import { nextDue } from './next-due.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
const [firstYear, lastYear] = [2020, 2030];
const zones = [
  'Africa/Cairo',
  'Africa/Casablanca',
  'America/Asuncion',
  'America/Caracas',
  'America/Havana',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Antarctica/Troll',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Europe/Berlin',
  'Europe/London',
  'Pacific/Apia',
  'Pacific/Chatham',
];

interface Change {
  readonly at: number;
  /** What the clock on the wall is ahead of UTC before and behind it. */
  readonly before: number;
  readonly behind: number;
}

/** Every moment at which the clock of a zone is changed, by the platform's own calendar and not the library that is tested. */
function changesOf(timeZone: string): Change[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const aheadMs = (ms: number): number => {
    const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?$/u.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * minuteMs;
  };
  const found: Change[] = [];
  const end = Date.UTC(lastYear, 0, 1);
  for (let from = Date.UTC(firstYear, 0, 1); from < end; from += weekMs) {
    const [before, behind] = [aheadMs(from), aheadMs(from + weekMs)];
    if (before === behind) continue;
    let [low, high] = [from, from + weekMs];
    while (high - low > minuteMs) {
      const middle = low + Math.floor((high - low) / minuteMs / 2) * minuteMs;
      if (aheadMs(middle) === before) low = middle;
      else high = middle;
    }
    found.push({ at: high, before, behind });
  }
  return found;
}

function timesBetween(cron: string, timeZone: string, from: number, to: number): number[] {
  const found: number[] = [];
  for (let last = from - 1; ;) {
    const next = nextDue({ cron, timeZone }, new Date(last));
    if (next === undefined || next.getTime() >= to) return found;
    found.push(next.getTime());
    last = next.getTime();
  }
}

/** Minutes of the day that a change skips or doubles, with the ones before and behind. */
function around({ at, before, behind }: Change): Set<number> {
  const [from = 0, to = 0] = [at + before, at + behind].toSorted((a, b) => a - b);
  const wanted = [from - minuteMs, from, from + minuteMs, (from + to) / 2, to - minuteMs, to];
  return new Set(wanted.map((ms) => (ms % dayMs) / minuteMs));
}

/** By looking at the wall every minute: the first time that it shows, and the change itself for what it skips. */
function expectedTimes(minute: number, change: Change, from: number, to: number): number[] {
  const { at, before, behind } = change;
  const found = new Map<number, number>();
  const see = (shown: number, ms: number): void => {
    if (shown % dayMs === minute * minuteMs && !found.has(shown)) found.set(shown, ms);
  };
  for (let ms = from - dayMs; ms < at; ms += minuteMs) see(ms + before, ms);
  for (let shown = at + before; shown < at + behind; shown += minuteMs) see(shown, at);
  for (let ms = at; ms < to; ms += minuteMs) see(ms + behind, ms);
  const times = new Set([...found.values()].filter((ms) => ms >= from));
  return [...times].toSorted((a, b) => a - b);
}

const text = (times: readonly number[]): string[] => times.map((ms) => new Date(ms).toISOString());
const changes = zones.map((zone) => [zone, changesOf(zone)] as const);

describe.each(changes)('in %s, over ten years', (timeZone, found) => {
  it('a fixed time comes once a day, at the end of what is skipped and first of what is doubled', () => {
    for (const change of found) {
      const [from, to] = [change.at - dayMs - hourMs, change.at + dayMs + hourMs];
      for (const minute of around(change)) {
        const cron = `${String(minute % 60)} ${String(Math.floor(minute / 60))} * * *`;
        const times = timesBetween(cron, timeZone, from, to);
        expect([cron, ...text(times)]).toEqual([
          cron,
          ...text(expectedTimes(minute, change, from, to)),
        ]);
      }
    }
  });

  it('one for every half hour follows the time that passes', () => {
    for (const { at } of found) {
      const times = timesBetween('*/30 * * * *', timeZone, at - 2 * hourMs, at + 2 * hourMs);
      const first = times[0] ?? 0;
      expect(text(times)).toEqual(text(times.map((_, index) => first + (index * hourMs) / 2)));
      expect(times).toHaveLength(8);
    }
  });
});

it('the clocks are changed often enough to be a test', () => {
  expect(changes.flatMap(([, found]) => found).length).toBeGreaterThan(200);
});
