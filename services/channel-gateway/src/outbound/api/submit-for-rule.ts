import { OutboundKind, type SubmitOutboundRequest } from '@made-open/contracts';
import { idempotencyKey } from './idempotency-key.ts';
import type { SubmitOutbound } from './submit-outbound.ts';

/** What the SDK calls otherwise than the public API. */
const sdkNames: Readonly<Record<string, string>> = { threadId: 'thread_id' };
const known = ['to', 'from', 'body', 'thread_id', 'attachments', 'attributes'];

/** Takes what a rule sends: an OutboundMessage or OutboundCall of the SDK. */
export async function submitForRule(
  submissions: SubmitOutbound,
  request: SubmitOutboundRequest,
): Promise<{ outboundId: string; repeated: boolean }> {
  const { spaceId, connectionId, contentJson, causedBy } = request;
  const { outbound, isRepeated } = await submissions.submit({
    spaceId,
    connectionId,
    kind: request.kind === OutboundKind.CALL ? 'call' : 'message',
    content: contentOf(contentJson),
    key: idempotencyKey(request.idempotencyKey || undefined),
    client: 'rules',
    requestedBy: `rule:${causedBy.at(-1) ?? ''}`,
    causedBy,
  });
  return { outboundId: outbound.id, repeated: isRepeated };
}

/** Members that the API does not name are for the plugin, as an OutboundMessage has them beside its own. */
function contentOf(json: string): unknown {
  const value: unknown = parsed(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const content: Record<string, unknown> = {};
  const attributes: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const apiName = sdkNames[name] ?? name;
    if (known.includes(apiName)) content[apiName] = member;
    else if (name !== 'idempotencyKey') attributes[name] = member;
  }
  const given: unknown = content['attributes'];
  return { ...content, attributes: { ...attributes, ...(isObject(given) ? given : {}) } };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
