import type { MessageInitShape } from '@bufbuild/protobuf';
import { writeEvents } from '@made-open/bus';
import {
  RunOutcome,
  RunRecordedSchema,
  routeSubject,
  type RunBegin,
  type RunEnd,
} from '@made-open/contracts';
import { uuidv7 } from 'uuidv7';
import type { EventMessage } from '../outbox/event-batches.ts';
import { countsMessage, type RunState } from './run-state.ts';

export type RunContent =
  | { readonly case: 'begin'; readonly value: RunBegin }
  | { readonly case: 'end'; readonly value: RunEnd };

/** The news of a run's begin or end, for the outbox. */
export function runRecorded(
  connectionId: string,
  state: RunState,
  { content, time }: { content: RunContent; time: Date },
): EventMessage {
  const subject = routeSubject(RunRecordedSchema);
  const message: MessageInitShape<typeof RunRecordedSchema> = {
    runId: state.runId,
    connectionId,
    epoch: state.epoch,
    attempt: state.attempt,
    content,
    counts: countsMessage(state.counts),
    sweepHeld: state.sweepHeld,
  };
  const event = { id: uuidv7(), time, subject: connectionId, message };
  const text = writeEvents(RunRecordedSchema, { type: subject, source: 'etl' }, [event]);
  return { subject, payload: Buffer.from(text) };
}

/** A run that lost a frame on the way did not succeed, whatever its runner says. */
export function withFault(end: RunEnd, fault: string | undefined): RunEnd {
  if (fault === undefined || end.outcome === RunOutcome.FAILED) return end;
  return {
    ...end,
    outcome: RunOutcome.FAILED,
    fullPass: false,
    error: {
      $typeName: 'madeopen.items.v1.RunError',
      code: 'items.frame_format',
      message: `etl could not read a frame of the run: ${fault}`,
      stack: '',
    },
  };
}
