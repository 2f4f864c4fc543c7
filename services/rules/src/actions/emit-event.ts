import { fromJson } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import { writeEvents } from '@made-open/bus';
import { routeSubject, RuleEventEmittedSchema } from '@made-open/contracts';
import { appendOutbox, type OutboxMessage } from '@made-open/postgres';
import { causes, textIn, type CarriedOut, type CarryOut, type DueAction } from './carry-out.ts';

/** Publishes an event by the outbox, in the transaction that notes the action as done. */
export class EmitEvent implements CarryOut {
  carryOut(action: DueAction): Promise<CarriedOut> {
    const id = `${action.executionId}-${String(action.index)}`;
    return Promise.resolve({
      resultId: id,
      write: (trx) => appendOutbox(trx, [emitted(action, id)]),
    });
  }
}

function emitted(action: DueAction, id: string): OutboxMessage {
  const { ruleId, spaceId, executionId, content } = action;
  const name = textIn(content, 'name');
  const subject = routeSubject(RuleEventEmittedSchema, { name: name.replace(/^custom\./u, '') });
  const message = {
    ruleId,
    spaceId,
    executionId,
    name,
    payload: fromJson(ValueSchema, jsonOf(content['payload'])),
    causedBy: causes(action),
  };
  const attributes = { type: subject, source: 'rules' };
  return {
    subject,
    payload: writeEvents(RuleEventEmittedSchema, attributes, [{ id, message }]),
  };
}

function jsonOf(value: unknown) {
  return (value ?? null) as Parameters<typeof fromJson>[1]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- it was read from a JSON column
}
