import { writeMessage } from '@made-open/bus';
import { InvokeSchema, pluginToken, routeSubject } from '@made-open/contracts';
import type { OutboxMessage } from '@made-open/postgres';
import type { Connection } from '../../../connections/connection.ts';
import type { Fax } from '../fax.ts';
import { questionMs, type FaxQuestion } from './poll-fax.ts';

/** The command that asks a runner to ask the provider. */
export function askCommand(
  { id: outboundId, connectionId, spaceId, pluginId, externalId, fax }: Fax,
  { id: questionId, isCancel }: FaxQuestion,
  of: { readonly connection: Connection; readonly now: Date },
): OutboxMessage {
  return {
    subject: routeSubject(InvokeSchema, {
      plugin: pluginToken(pluginId),
      connection: connectionId,
    }),
    payload: writeMessage(InvokeSchema, {
      invocationId: questionId,
      connectionId,
      spaceId,
      try: 1,
      endBefore: new Date(of.now.getTime() + questionMs).toISOString(),
      withinMs: questionMs,
      hasRequestBudget: of.connection.hasRequestBudget,
      pluginVersion: fax.pluginVersion,
      work: {
        case: 'faxQuestion',
        value: { questionId, outboundId, jobId: externalId, cancel: isCancel },
      },
    }),
  };
}
