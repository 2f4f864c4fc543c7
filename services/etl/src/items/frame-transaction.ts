import { RunOutcome, type RunEnd } from '@made-open/contracts';
import type { Connection } from '../connections/connection.ts';
import { inOrder, type Session } from '../database/session.ts';
import { withoutErased } from '../erasure/erased-items.ts';
import { DatabaseUnavailableError } from '../errors.ts';
import { appendMessages } from '../outbox/append-messages.ts';
import { EventBatches, type EventMessage } from '../outbox/event-batches.ts';
import { forgetOldCheckpoints } from '../runs/checkpoint.ts';
import { takeInvocation } from '../invocations/take-invocation.ts';
import { decideFrame, type FrameDecision } from '../runs/decide-frame.ts';
import { runRecorded, withFault, type RunContent } from '../runs/run-recorded.ts';
import {
  addCounts,
  lockRun,
  noCounts,
  noteUnnamed,
  saveRun,
  type RunState,
} from '../runs/run-state.ts';
import { forgetOtherRuns, sweepUnseen } from '../runs/sweep.ts';
import { checkStored, entitiesAlone } from '../remap/check-stored.ts';
import { ApplyRecords, withoutCheckpoint, withoutForbidden } from './apply-records.ts';
import { dropUnseenQuarantine } from '../quarantine/quarantine.ts';
import { isUnnamed, noRecords, type Frame, type FrameRecords } from './read-frame.ts';
import { checkBatches, type CheckedBatch } from './write-items.ts';

/** What the transaction of a frame came to. */
export type FrameResult =
  | { readonly decision: FrameDecision; readonly state: RunState; readonly messages: number }
  /** The connection has changed since it was read. */
  | { readonly decision: 'outdated' };

interface Step {
  readonly state: RunState;
  readonly messages: readonly EventMessage[];
  /** Statements that are still on their way. */
  readonly sent: Promise<void>;
}

/** One frame, one transaction: rows, run, checkpoint and outbox are committed together or not at all. */
export class FrameTransaction {
  readonly #session: Session;
  readonly #connection: Connection;
  readonly #frame: Frame;
  readonly #isCareful: boolean;
  readonly #time = new Date();

  constructor(
    session: Session,
    connection: Connection,
    { frame, isCareful }: { frame: Frame; isCareful: boolean },
  ) {
    this.#session = session;
    this.#connection = connection;
    this.#frame = frame;
    this.#isCareful = isCareful;
  }

  async run(): Promise<FrameResult> {
    const records = this.#records();
    const { state, checked, isTaken } = await this.#lockAndCheck(records);
    if (state.generation !== this.#connection.generation) {
      await this.rollback();
      return { decision: 'outdated' };
    }
    const { place } = this.#frame;
    const decided = decideFrame(state, place);
    const decision = decided === 'accept' && !isTaken ? 'duplicate' : decided;
    if (decision !== 'accept') {
      await this.rollback();
      const counts = place.isInvocation ? noCounts : state.counts;
      return { decision, state: { ...state, counts }, messages: 0 };
    }
    const step = place.isInvocation
      ? await this.#write({ ...state, counts: noCounts }, records ?? noRecords, checked)
      : await this.#step({ ...state, frame: place.frame }, records, checked);
    await this.#commit(step);
    return { decision, state: step.state, messages: step.messages.length };
  }

  async rollback(): Promise<void> {
    await this.#session.command('rollback');
  }

  #records(): FrameRecords | undefined {
    const { content } = this.#frame;
    if (content.case !== 'records' || content.value instanceof Error) return undefined;
    const records = withoutForbidden(content.value, this.#connection);
    if (this.#frame.place.isInvocation) return withoutCheckpoint(records);
    return this.#frame.place.isRemap ? entitiesAlone(records) : records;
  }

  /** One round trip: the fence, and which items are new or changed. */
  async #lockAndCheck(
    records: FrameRecords | undefined,
  ): Promise<{ state: RunState; checked: CheckedBatch[]; isTaken: boolean }> {
    const { isRemap, isInvocation, runId } = this.#frame.place;
    const begun = this.#session.command('begin');
    const state = lockRun(this.#session, this.#connection.key);
    const taken = isInvocation && takeInvocation(this.#session, this.#connection.key, runId);
    const check = isRemap ? checkStored : checkBatches;
    const checked =
      records === undefined ? [] : check(this.#session, this.#connection, records.batches);
    await inOrder([begun, state, ...checked.map(({ found }) => found)]);
    return { state: await state, checked, isTaken: !isInvocation || (await taken) };
  }

  async #step(
    state: RunState,
    records: FrameRecords | undefined,
    checked: readonly CheckedBatch[],
  ): Promise<Step> {
    const { content } = this.#frame;
    if (content.case === 'begin') return this.#begin(state, content);
    if (content.case === 'end') return this.#end(state, content.value);
    if (records !== undefined) return this.#write(state, records, checked);
    const fault = content.value instanceof Error ? content.value.message : 'unreadable';
    return { state: { ...state, fault }, messages: [], sent: Promise.resolve() };
  }

  /** A run keeps its counts and what it has seen over attempts and slices. */
  #begin(state: RunState, content: RunContent & { case: 'begin' }): Step {
    const { runId, epoch, attempt, isRemap } = this.#frame.place;
    const isSameRun = state.runId === runId;
    const begun: RunState = {
      ...state,
      runId,
      epoch,
      attempt,
      ended: false,
      completed: false,
      isRemap,
      checkpointVersion: content.value.checkpointVersion || 1,
      remapProgress: isSameRun ? state.remapProgress : undefined,
      fault: undefined,
      hasUnnamed: isSameRun && state.hasUnnamed,
      counts: isSameRun ? state.counts : noCounts,
    };
    const sent = isSameRun ? Promise.resolve() : this.#forgetOtherRuns(runId);
    return { state: begun, messages: [this.#recorded(begun, content)], sent };
  }

  async #forgetOtherRuns(runId: string): Promise<void> {
    await inOrder([
      forgetOtherRuns(this.#session, this.#connection.key, runId),
      forgetOldCheckpoints(this.#session, this.#connection.key),
    ]);
  }

  async #write(
    state: RunState,
    records: FrameRecords,
    checked: readonly CheckedBatch[],
  ): Promise<Step> {
    const given = state.hasErased
      ? await withoutErased(this.#session, this.#connection.key, { records, checked })
      : { records, checked };
    const batches = new EventBatches(this.#time);
    const apply = new ApplyRecords({
      connection: this.#connection,
      state,
      place: this.#frame.place,
      target: { session: this.#session, connectionKey: this.#connection.key, time: this.#time },
      batches,
      isCareful: this.#isCareful,
    });
    const counts = addCounts(state.counts, await apply.apply(given.records, given.checked));
    const hasUnnamed = state.hasUnnamed || records.refused.some(isUnnamed);
    return {
      state: { ...state, counts, hasUnnamed, remapProgress: apply.remapProgress },
      messages: batches.messages(),
      sent: apply.sent(),
    };
  }

  async #end(state: RunState, reported: RunEnd): Promise<Step> {
    const value = withFault(reported, state.fault);
    const isCompleted = value.outcome === RunOutcome.COMPLETED;
    let ended: RunState = { ...state, ended: true, completed: isCompleted };
    if (isCompleted) ended = { ...ended, remapProgress: undefined };
    // An item of unknown id may be any of those that were not seen; a remap sees nothing of the source.
    if (value.fullPass && isCompleted && !state.hasUnnamed && !state.isRemap)
      ended = await this.#sweep(ended);
    const messages = [this.#recorded(ended, { case: 'end', value })];
    return { state: ended, messages, sent: Promise.resolve() };
  }

  async #sweep(state: RunState): Promise<RunState> {
    const { runId } = state;
    if (state.hasQuarantine)
      await dropUnseenQuarantine(this.#session, { connectionKey: this.#connection.key, runId });
    const swept = await sweepUnseen(this.#session, this.#connection, { runId, time: this.#time });
    const counts = addCounts(state.counts, { ...noCounts, deleted: swept.deleted });
    const sweepRunId = swept.isHeld ? runId : '';
    return { ...state, sweepHeld: swept.isHeld, sweepRunId, counts };
  }

  #recorded(state: RunState, content: RunContent): EventMessage {
    return runRecorded(this.#connection.id, state, { content, time: this.#time });
  }

  async #commit({ state, messages, sent }: Step): Promise<void> {
    const appended = appendMessages(this.#session, messages);
    const saved = this.#frame.place.isInvocation
      ? this.#noteUnnamed(state)
      : saveRun(this.#session, this.#connection.key, state);
    const committed = this.#session.command('commit');
    await inOrder([sent, appended, saved, committed]);
    const { command } = await committed;
    if (command !== 'COMMIT')
      throw new DatabaseUnavailableError(new Error(`the transaction ended with ${command}`));
  }

  /** An invocation leaves the run of the connection as it is, but for what its sweep has to know. */
  async #noteUnnamed({ hasUnnamed, completed }: RunState): Promise<void> {
    if (hasUnnamed && !completed) await noteUnnamed(this.#session, this.#connection.key);
  }
}
