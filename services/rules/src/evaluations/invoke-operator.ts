import { writeMessage } from '@made-open/bus';
import { InvokeSchema, pluginToken, routeSubject } from '@made-open/contracts';
import type { OutboxMessage } from '@made-open/postgres';
import type { OperatorConnection } from '../connections/connections.ts';
import { factOf } from '../definitions/check-definition.ts';
import type { PluginOperator } from '../definitions/plugin-operator.ts';
import type { Comparison } from '../definitions/rule-definition.ts';
import { valueAt } from '../definitions/value-at.ts';
import { RulesError } from '../errors.ts';

/** Of the fact and the value together; a command is one message. */
const maxBytes = 512 * 1024;

export interface OperatorCall {
  readonly invocationId: string;
  readonly connection: OperatorConnection;
  readonly spaceId: string;
  readonly operator: PluginOperator;
  readonly comparison: Comparison;
  readonly facts: object;
  readonly attempt: number;
  readonly endBefore: Date;
}

/** The command that asks a runner of the plugin to decide a condition; throws RulesError when it would be no message. */
export function invokeOperator(call: OperatorCall): OutboxMessage {
  const { invocationId, connection, spaceId, operator, comparison, facts } = call;
  const { connectionId, pluginId, hasBudget } = connection;
  const path = factOf(comparison.value);
  const value = path === undefined ? comparison.value : valueAt(facts, path);
  const [factJson, valueJson] = [jsonOf(valueAt(facts, comparison.fact)), jsonOf(value)];
  if (Buffer.byteLength(factJson) + Buffer.byteLength(valueJson) > maxBytes)
    throw new RulesError(
      'operator_input_too_large',
      `${comparison.fact} and what it is compared with are more than ${String(maxBytes)} bytes, and no operator is asked for so much: look at a smaller part of the event`,
    );
  return {
    subject: routeSubject(InvokeSchema, {
      plugin: pluginToken(pluginId),
      connection: connectionId,
    }),
    payload: writeMessage(InvokeSchema, {
      invocationId,
      connectionId,
      spaceId,
      try: call.attempt,
      endBefore: call.endBefore.toISOString(),
      withinMs: Math.max(call.endBefore.getTime() - Date.now(), 1),
      hasRequestBudget: hasBudget,
      work: {
        case: 'operator',
        value: {
          name: operator.name,
          factJson,
          valueJson,
        },
      },
    }),
  };
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}
