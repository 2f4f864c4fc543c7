import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { RuleAction } from '../definitions/rule-definition.ts';
import { Filling } from '../definitions/templates.ts';
import { factsOf, type IncomingEvent } from '../events/incoming-event.ts';

/** An action with its templates filled in: all that is needed to carry it out. */
export interface FilledAction {
  readonly kind: RuleAction['type'];
  readonly content: JsonObject;
}

/** Fills in what the event has. */
export function fillAction(action: RuleAction, event: IncomingEvent): FilledAction {
  const filling = new Filling(factsOf(event));
  return { kind: action.type, content: contentOf(action, event, filling) };
}

function contentOf(action: RuleAction, event: IncomingEvent, filling: Filling): JsonObject {
  switch (action.type) {
    case 'send_message': {
      const { type: _type, ...texts } = action;
      return Object.fromEntries(
        Object.entries(texts).map(([name, text]) => [name, filling.text(text)]),
      );
    }
    case 'emit_event':
      return { name: action.name, payload: filling.value(action.payload ?? null) };
    case 'call_webhook':
      return {
        endpoint: action.endpoint,
        time: event.time.toISOString(),
        payload: action.payload === undefined ? dataOf(event) : filling.value(action.payload),
      };
    case 'tag_entity':
    case 'untag_entity':
      return {
        entity_id: event.entityId,
        labels: action.labels.map((label) => filling.text(label)).filter((label) => label !== ''),
      };
  }
}

function dataOf({ data }: IncomingEvent): JsonValue {
  return data as JsonValue; // oxlint-disable-line typescript/no-unsafe-type-assertion -- it was parsed from JSON
}
