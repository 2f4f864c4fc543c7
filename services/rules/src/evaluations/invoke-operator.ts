import { writeMessage } from '@made-open/bus';
import { InvokeSchema, pluginToken, routeSubject } from '@made-open/contracts';
import type { OutboxMessage } from '@made-open/postgres';
import type { OperatorConnection } from '../connections/connections.ts';
import { factOf } from '../definitions/check-definition.ts';
import type { PluginOperator } from '../definitions/plugin-operator.ts';
import type { Comparison } from '../definitions/rule-definition.ts';
import { valueAt } from '../definitions/value-at.ts';

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

/** The command that asks a runner of the plugin to decide a condition. */
export function invokeOperator(call: OperatorCall): OutboxMessage {
  const { invocationId, connection, spaceId, operator, comparison, facts } = call;
  const { connectionId, pluginId, hasBudget } = connection;
  const path = factOf(comparison.value);
  const value = path === undefined ? comparison.value : valueAt(facts, path);
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
          factJson: jsonOf(valueAt(facts, comparison.fact)),
          valueJson: jsonOf(value),
        },
      },
    }),
  };
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}
