import { microsPerItem, total } from '../measure/cpu-times.ts';
import { phases, type BenchmarkResult, type Measured, type Phase } from '../result.ts';

/** Frames that begin and end a run hold no items. */
const runFrames = 2;

/** How many times more the naive path needs for an item, by phase. */
export function ratios({ platform, naive }: BenchmarkResult): {
  cpu: Record<Phase, number>;
  wall: Record<Phase, number>;
} {
  const byPhase = (of: (measured: Measured) => number): Record<Phase, number> => {
    const ratio = (phase: Phase): number => of(naive[phase]) / of(platform[phase]);
    return { new: ratio('new'), same: ratio('same'), changed: ratio('changed') };
  };
  return {
    cpu: byPhase(({ cpuMs, items }) => total(cpuMs) / items),
    wall: byPhase(({ wallMs, items }) => wallMs / items),
  };
}

/** The whole result as text for a terminal. */
export function report(result: BenchmarkResult): string {
  const parts = [
    table('CPU µs per item, platform', cpuRows(result.platform)),
    table('CPU µs per item, naive path', cpuRows(result.naive)),
    table('naive path ÷ platform', ratioRows(result)),
    table('work of the platform', workRows(result)),
    table('memory in MB: peak of the first fifth → of the last fifth (peak)', memoryRows(result)),
    machineLine(result),
  ];
  return parts.join('\n\n');
}

type Row = readonly string[];

function machineLine({ machine: { cores, load } }: BenchmarkResult): string {
  const [before, after] = load.map((value) => value.toFixed(1));
  return `${String(cores)} cores, load average ${before ?? ''} before, ${after ?? ''} after`;
}

function cpuRows(measured: Readonly<Record<Phase, Measured>>): Row[] {
  const parts = Object.keys(measured.new.cpuMs);
  return [
    ['', ...parts, 'total', 'items/s'],
    ...phases.map((phase) => {
      const { cpuMs, items, wallMs } = measured[phase];
      const micros = microsPerItem(cpuMs, items);
      return [
        phase,
        ...parts.map((part) => (micros[part] ?? 0).toFixed(1)),
        total(micros).toFixed(1),
        ((items * 1000) / wallMs).toFixed(0),
      ];
    }),
  ];
}

function ratioRows(result: BenchmarkResult): Row[] {
  const { cpu, wall } = ratios(result);
  return [
    ['', 'CPU', 'time'],
    ...phases.map((phase) => [phase, `${cpu[phase].toFixed(1)}×`, `${wall[phase].toFixed(1)}×`]),
  ];
}

function workRows({ platform }: BenchmarkResult): Row[] {
  const columns = phases.map((phase) => {
    const { messages, database, items } = platform[phase];
    const frames = (messages['ITEMS'] ?? 0) - runFrames;
    const written = (name: string): string => String(database.written[name] ?? 0);
    return {
      'frames of items': String(frames),
      'messages of events': String(messages['DATA'] ?? 0),
      'statements that write entities': String(database.entityWrites),
      'statements of etl for each frame': ((database.statements['etl'] ?? 0) / frames).toFixed(1),
      'rows of persons written': written('etl.person'),
      'rows of the index written': written('search_indexer.search_document'),
      'WAL bytes for each item': (database.walBytes / items).toFixed(0),
    };
  });
  const names = Object.keys(columns[0] ?? {});
  return [
    ['', ...phases],
    ...names.map((name) => [
      name,
      ...columns.map((column) => String(Reflect.get(column, name) ?? '')),
    ]),
  ];
}

function memoryRows({ platform }: BenchmarkResult): Row[] {
  const names = Object.keys(platform.new.memory).toSorted();
  return [
    ['', ...phases],
    ...names.map((name) => [
      name,
      ...phases.map((phase) => {
        const { earlyMb = 0, lateMb = 0, peakMb = 0 } = platform[phase].memory[name] ?? {};
        return `${earlyMb.toFixed(0)} → ${lateMb.toFixed(0)} (${peakMb.toFixed(0)})`;
      }),
    ]),
  ];
}

function table(title: string, rows: readonly Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  return [title, ...lines].join('\n');
}
