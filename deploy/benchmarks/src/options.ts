import { parseArgs } from 'node:util';

export interface BenchmarkOptions {
  /** Items of each sync of the platform. */
  readonly items: number;
  /** Items of each phase of the naive path. */
  readonly naiveItems: number;
  /** Items that go through both before anything is measured, so that their code is compiled. */
  readonly warmUpItems: number;
  /** Every n-th item changes in the third phase. */
  readonly every: number;
  readonly json: boolean;
  /** Measures runners as pods of a test cluster instead. */
  readonly cluster: boolean;
  /** Measures messages of a channel instead. */
  readonly channels: boolean;
  /** Sets a connector in Python beside one in JavaScript instead. */
  readonly python: boolean;
  /** Messages that are taken in as fast as it goes, and those that a rule answers one by one. */
  readonly messages: number;
  readonly replies: number;
  /** Of the cluster, and of Python. */
  readonly rounds: number;
}

export const usage = `npm run bench -- [options]
  --items <n>      items of 1 KB in each sync (100000)
  --naive <n>      items in each phase of the naive path (3000)
  --warm-up <n>    items that go through before measuring (20000)
  --every <n>      every n-th item changes in the third phase (1: all)
  --cluster        runners as pods of a test cluster instead: how fast they come, what they take
  --rounds <n>     new plugins in the cluster, one after another (5)
  --channels       messages of a channel instead: how many are taken in, how soon a rule answers one
  --messages <n>   messages that are taken in (1000)
  --replies <n>    messages that a rule answers, one after another (50)
  --python         10000 items of a connector in Python beside one in JavaScript instead, --rounds times
  --json           the result as JSON, nothing else`;

/** The command line is not what `usage` says. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line; throws a UsageError that names what is wrong. */
export function readOptions(args: readonly string[]): BenchmarkOptions {
  const values = valuesOf(args);
  return {
    items: count('items', values.items),
    naiveItems: count('naive', values.naive),
    warmUpItems: count('warm-up', values['warm-up']),
    every: count('every', values.every),
    json: values.json,
    cluster: values.cluster,
    rounds: count('rounds', values.rounds),
    channels: values.channels,
    python: values.python,
    messages: count('messages', values.messages),
    replies: count('replies', values.replies),
  };
}

function valuesOf(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        items: { type: 'string', default: '100000' },
        naive: { type: 'string', default: '3000' },
        'warm-up': { type: 'string', default: '20000' },
        every: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        cluster: { type: 'boolean', default: false },
        channels: { type: 'boolean', default: false },
        python: { type: 'boolean', default: false },
        messages: { type: 'string', default: '1000' },
        replies: { type: 'string', default: '50' },
        rounds: { type: 'string', default: '5' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new UsageError(`--${name} must be a whole number from 1 on, not "${text}"`);
  return value;
}
