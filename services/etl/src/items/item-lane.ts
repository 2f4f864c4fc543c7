import type { Settlement } from '@made-open/bus';
import { RecordFrameError } from '@made-open/contracts';
import type { DatabaseOptions } from '@made-open/postgres';
import { isOwnedBy, loadConnection, type Connection } from '../connections/connection.ts';
import { classify, isDataError, Session } from '../database/session.ts';
import { DatabaseUnavailableError, UnknownConnectionError } from '../errors.ts';
import { noCounts, type Counts } from '../runs/run-state.ts';
import { FrameTransaction, type FrameResult } from './frame-transaction.ts';
import type { Frame } from './read-frame.ts';
import { RowsChangedError } from './write-entities.ts';

/** What its publisher is told of a frame. */
export interface FrameAnswer {
  readonly accepted: boolean;
  /** Not accepted, as a later attempt has begun. */
  readonly superseded?: boolean;
  readonly counts: Counts;
  readonly sweepHeld: boolean;
}

export interface FrameOutcome {
  readonly settlement: Settlement;
  /** Absent when the frame will come again. */
  readonly answer?: FrameAnswer;
}

export interface ItemLaneOptions {
  readonly database: DatabaseOptions;
  /** Messages were committed to the outbox. */
  readonly onCommitted: () => void;
}

const gapMs = 250;
const maxTries = 5;
/** Connections that a lane remembers; reading one again is a single probe. */
const maxKnown = 1000;
/** For a frame of which nothing was taken. */
export const refused: FrameAnswer = { accepted: false, counts: noCounts, sweepHeld: false };

/** Writes the frames of one partition one after the other, over a database connection of its own. */
export class ItemLane {
  readonly #options: ItemLaneOptions;
  readonly #connections = new Map<string, Connection>();
  #session: Session | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ItemLaneOptions) {
    this.#options = options;
  }

  /** Takes a frame; its turn comes when all that were given before are done. */
  handle(frame: Frame): Promise<FrameOutcome> {
    const outcome = this.#last.then(() => this.#write(frame));
    this.#last = outcome.catch(() => undefined);
    return outcome;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#session?.close();
  }

  async #write(given: Frame): Promise<FrameOutcome> {
    let frame = given;
    let isCareful = false;
    for (let tries = 0; tries < maxTries; tries++) {
      const session = await this.#open();
      const connection = await this.#connection(session, frame.connectionId);
      const refusal = refusalOf(connection, frame);
      if (refusal !== undefined) return refusal;
      const result = await this.#try(
        new FrameTransaction(session, connection, { frame, isCareful }),
      );
      if (result === 'refused by the data') {
        if (isCareful && frame.content.case !== 'records')
          return dead('etl.invalid_frame', 'PostgreSQL refuses what the frame holds');
        if (isCareful) frame = withoutContent(frame);
        isCareful = true;
      } else if (result.decision === 'outdated') this.#connections.delete(connection.id);
      else return this.#outcome(frame, result);
    }
    throw new DatabaseUnavailableError(new Error('the connection changes all the time'));
  }

  /** Statements fail as a whole; a second pass finds the item that is to blame. */
  async #try(transaction: FrameTransaction): Promise<FrameResult | 'refused by the data'> {
    try {
      return await transaction.run();
    } catch (error) {
      await transaction.rollback().catch(() => undefined);
      if (isDataError(error) || error instanceof RowsChangedError) return 'refused by the data';
      throw classify(error);
    }
  }

  #outcome(frame: Frame, result: Exclude<FrameResult, { decision: 'outdated' }>): FrameOutcome {
    const { decision, state, messages } = result;
    if (messages > 0) this.#options.onCommitted();
    const answer = { accepted: true, counts: state.counts, sweepHeld: state.sweepHeld };
    switch (decision) {
      case 'gap':
        return { settlement: { nakAfterMs: gapMs } };
      case 'stale':
        return { settlement: 'ack', answer: { ...refused, superseded: true } };
      case 'invalid':
        return dead('etl.invalid_frame', 'the frame has no place in its run');
      default:
        return { settlement: unreadable(frame) ?? 'ack', answer };
    }
  }

  async #open(): Promise<Session> {
    if (this.#session?.isUsable !== true) {
      this.#connections.clear();
      this.#session = await Session.open(this.#options.database);
    }
    return this.#session;
  }

  async #connection(session: Session, id: string): Promise<Connection> {
    const known = this.#connections.get(id);
    if (known !== undefined) return known;
    const loaded = await loadConnection(session, id).catch((error: unknown) => {
      throw classify(error);
    });
    if (loaded === undefined) throw new UnknownConnectionError(id, 'later');
    if (this.#connections.size >= maxKnown) this.#connections.clear();
    this.#connections.set(id, loaded);
    return loaded;
  }
}

function refusalOf(connection: Connection, frame: Frame): FrameOutcome | undefined {
  if (!isOwnedBy(connection, frame.plugin))
    return dead('etl.forbidden', 'the connection belongs to another plugin');
  if (connection.isDeleted) return dead('etl.connection_deleted', 'the connection was deleted');
  return unreadableInvocation(frame);
}

/** Nothing waits behind it: it is not taken, and a later try may bring it in order. */
function unreadableInvocation({ place, content }: Frame): FrameOutcome | undefined {
  if (!place.isInvocation || content.case !== 'records') return undefined;
  return content.value instanceof Error
    ? dead(content.value.code, content.value.message)
    : undefined;
}

/** Keeps the place of a frame that cannot be written even item by item: those behind it must not wait for ever. */
function withoutContent(frame: Frame): Frame {
  const value = new RecordFrameError('PostgreSQL refuses what the frame holds');
  return { ...frame, content: { case: 'records', value } };
}

/** Records that could not be read are kept for a person; their run ends as failed. */
function unreadable({ content }: Frame): Settlement | undefined {
  if (content.case !== 'records' || !(content.value instanceof Error)) return undefined;
  return { deadLetter: { code: content.value.code, reason: content.value.message } };
}

function dead(code: string, reason: string): FrameOutcome {
  return { settlement: { deadLetter: { code, reason } }, answer: refused };
}
