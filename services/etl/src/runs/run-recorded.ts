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

/** In UTF-16 units; a runner keeps to less, but what comes from one is not trusted. */
const maxNameLength = 128;
const maxMessageLength = 8192;
const maxStackLength = 16_384;

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
    content: bounded(content),
    counts: countsMessage(state.counts),
    // Of an earlier run, whatever another does.
    sweepHeld: state.sweepHeld && state.sweepRunId === state.runId,
  };
  const event = { id: uuidv7(), time, subject: connectionId, message };
  const text = writeEvents(RunRecordedSchema, { type: subject, source: 'etl' }, [event]);
  return { subject, payload: Buffer.from(text) };
}

/** Texts of any length would make a message that NATS cannot take. */
function bounded(content: RunContent): RunContent {
  if (content.case === 'begin') {
    const { pluginVersion, trigger } = content.value;
    const texts = {
      pluginVersion: plainText(pluginVersion, maxNameLength),
      trigger: plainText(trigger, maxNameLength),
    };
    return { case: 'begin', value: { ...content.value, ...texts } };
  }
  const { error } = content.value;
  if (error === undefined) return content;
  const texts = {
    code: plainText(error.code, maxNameLength),
    message: plainText(error.message, maxMessageLength),
    stack: plainText(error.stack, maxStackLength),
  };
  return { case: 'end', value: { ...content.value, error: { ...error, ...texts } } };
}

/** PostgreSQL's text has no NUL, and UTF-8 no lone surrogates. */
function plainText(text: string, maxLength: number): string {
  return text.slice(0, maxLength).toWellFormed().replaceAll('\0', '\ufffd');
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
