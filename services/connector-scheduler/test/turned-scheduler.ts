import { RunKind, RunOutcome } from '@made-open/contracts';
import { advanceConnection } from '../src/connections/advance-connection.ts';
import { applyChange } from '../src/connections/apply-change.ts';
import { MemoryConnectionStore } from '../src/connections/memory-connection-store.ts';
import { recordRun } from '../src/runs/record-run.ts';
import { requestRun } from '../src/runs/request-run.ts';
import type { RunRecord } from '../src/runs/run.ts';
import { aChange, aRecord, noon } from './builders.ts';

const half = () => 0.5;
export const publicUrl = 'https://gateway.example.com';

/** A scheduler whose clock the test turns. */
export class TurnedScheduler {
  readonly store = new MemoryConnectionStore();

  /** Frame that etl has committed of the open run. */
  frame = 0;
  /** How often etl was asked. */
  asked = 0;

  constructor() {
    this.store.now = noon;
  }

  /** Announces a connection that is synced every hour on the hour. */
  async announce(change: Parameters<typeof aChange>[0] = {}): Promise<void> {
    await applyChange(this.store, aChange({ schedule: '0 * * * *', ...change }), {
      publicUrl,
      random: half,
    });
  }

  async pass(minutes: number): Promise<void> {
    this.store.now = new Date(this.store.now.getTime() + minutes * 60_000);
    await this.tick();
  }

  async tick(): Promise<void> {
    const source = {
      progress: () => {
        this.asked++;
        const { runId, epoch, attempt } = this.run;
        return Promise.resolve({ runId, epoch, attempt, frame: this.frame });
      },
    };
    const parts = { store: this.store, source, random: half };
    for (const id of await this.store.due(100)) await advanceConnection(parts, id);
  }

  get runs(): RunRecord[] {
    return [...this.store.allRuns.values()];
  }

  get run(): RunRecord {
    const run = this.runs.at(-1);
    if (run === undefined) throw new Error('there is no run');
    return run;
  }

  /** The subjects of all that was published, without the plugin. */
  get published(): string[] {
    return this.store.published.map(({ subject }) => subject.split('.').slice(0, 3).join('.'));
  }

  /** Someone asks for a sync. */
  ask() {
    return requestRun(this.store, 'c1', RunKind.SYNC);
  }

  async record(what: 'begin' | RunOutcome, change: object = {}): Promise<void> {
    await recordRun(this.store, aRecord(this.run, what, change));
  }
}
