import type { Measured, MeasuredSync, Phase } from '../result.ts';
import { ratios, report } from './report.ts';

const everyPhase = <T>(value: T): Record<Phase, T> => ({ new: value, same: value, changed: value });
const sync: MeasuredSync = {
  items: 1000,
  wallMs: 100,
  cpuMs: { etl: 10, postgres: 40 },
  counts: { created: 1000 },
  messages: { ITEMS: 6, DATA: 4 },
  database: {
    walBytes: 2_000_000,
    statements: { etl: 40 },
    entityWrites: 4,
    written: { 'etl.person': 1000, 'search_indexer.search_document': 999 },
    rows: {},
  },
  memory: { etl: { peakMb: 120, earlyMb: 100, lateMb: 110 } },
  found: 1000,
};
const naive: Measured = { items: 10, wallMs: 20, cpuMs: { etl: 5, postgres: 5 } };
const result = {
  options: {
    items: 1000,
    naiveItems: 10,
    warmUpItems: 1,
    every: 1,
    json: false,
    cluster: false,
    channels: false,
    python: false,
    messages: 1,
    replies: 1,
    rounds: 1,
  },
  machine: { cores: 2, load: [0.5, 1.5] },
  platform: everyPhase(sync),
  idleStatements: { etl: 3 },
  naive: everyPhase(naive),
} as const;

describe('the report of the benchmark', () => {
  it('divides what the naive path needs for an item by what the platform needs', () => {
    expect(ratios(result)).toEqual({ cpu: everyPhase(20), wall: everyPhase(20) });
  });

  it('shows CPU by part, frames without begin and end, statements and memory', () => {
    const text = report(result);
    expect(text).toMatch(/^new +10\.0 +40\.0 +50\.0 +10000$/mu);
    expect(text).toMatch(/^new +20\.0× +20\.0×$/mu);
    expect(text).toMatch(/^frames of items +4 +4 +4$/mu);
    expect(text).toMatch(/^statements of etl for each frame +10\.0 +10\.0 +10\.0$/mu);
    expect(text).toMatch(/^rows of the index written +999 +999 +999$/mu);
    expect(text).toMatch(/^etl +100 → 110 \(120\)/mu);
    expect(text).toContain('2 cores, load average 0.5 before, 1.5 after');
  });
});
