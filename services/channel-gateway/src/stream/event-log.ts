/** A message of the stream, with its events in their order. */
export interface LoggedMessage {
  readonly sequence: number;
  readonly events: readonly LoggedEvent[];
}

/** One event, as a client may see it. */
export interface LoggedEvent {
  readonly spaceId: string;
  readonly connectionId: string;
  /** Subject of the event: `data.PersonCreated`. */
  readonly type: string;
  /** The whole event as JSON text. */
  readonly json: string;
}

/** Sequence numbers of the oldest and the newest message kept. */
export interface LogBounds {
  readonly first: number;
  readonly last: number;
}

/** The events of the platform's past days and of now. Every adapter passes `test/event-log.contract.ts`. */
export abstract class EventLog {
  abstract bounds(): Promise<LogBounds>;
  /** Messages behind a sequence number, oldest first, at most about a megabyte; none when there is nothing newer. */
  abstract after(sequence: number): Promise<readonly LoggedMessage[]>;
}
