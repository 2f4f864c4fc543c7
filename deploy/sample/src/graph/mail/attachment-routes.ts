import type { GraphEntity } from '../changes/change-feed.ts';
import { GraphError, noSuchItem, noSuchResource } from '../requests/graph-error.ts';
import { listOf, oneOf, onlyGet, type GraphCall, type GraphReply } from '../requests/graph-call.ts';
import { shownAttachment } from './attachment.ts';

/** `/me/messages/{id}/attachments…`. */
export function answerAttachments(
  call: GraphCall,
  messageId: string,
  [id, part, ...more]: readonly string[],
): GraphReply {
  onlyGet(call);
  const attachments = call.mailbox.attachments.get(messageId) ?? [];
  if (id === undefined) return listOf(call, attachments.map(shownAttachment), whole);
  const attachment = attachments.find((candidate) => candidate.id === id);
  if (attachment === undefined) throw noSuchItem();
  if (part === undefined) return oneOf(call, shownAttachment(attachment), whole);
  if (part !== '$value' || more.length > 0) throw noSuchResource(part);
  if (attachment.file === undefined)
    throw new GraphError(
      405,
      'ErrorInvalidRequest',
      'The raw contents of a reference attachment cannot be read.',
    );
  return { status: 200, file: attachment.file };
}

const whole = (entity: GraphEntity): Record<string, unknown> => ({ ...entity });
