import type { Invoke } from '@made-open/contracts';
import { parseShallow } from '../host/text-depth.ts';

/** What the sandbox is told of a call. Values that others made stay text, which only the guest parses. */
export function invocationInput({ work }: Invoke): object {
  switch (work.case) {
    case 'webhook': {
      const { deliveryId: id, name, payloadJson: payload, receivedAt, headers, query } = work.value;
      return { kind: 'webhook', payload, webhook: { id, name, headers, query, receivedAt } };
    }
    case 'message':
      return { kind: 'message', message: work.value.messageJson };
    case 'call':
      return { kind: 'call', call: work.value.callJson };
    case 'fax':
      return { kind: 'fax', fax: work.value.faxJson };
    case 'faxQuestion': {
      const { jobId, cancel } = work.value;
      return { kind: 'fax_question', jobId, cancel };
    }
    case 'operator': {
      const { name, factJson: fact, valueJson: value } = work.value;
      return { kind: 'operator', name, fact, value };
    }
    case 'subscription': {
      const { webhook, url, subscriptionJson, remove } = work.value;
      if (remove) return { kind: 'unsubscribe', subscription: subscriptionJson };
      const current: unknown = subscriptionJson === '' ? undefined : JSON.parse(subscriptionJson);
      return { kind: 'subscribe', request: JSON.stringify({ webhook, url, current }) };
    }
    default:
      return { kind: 'unknown' };
  }
}

/** Whether it reaches somebody outside, once and for all. */
export function isSend({ work }: Invoke): boolean {
  return work.case === 'message' || work.case === 'call' || work.case === 'fax';
}

/** Ids of the files that go along: a message's attachments, the file of a fax. */
export function attachedFiles({ work }: Invoke): ReadonlySet<string> {
  if (work.case === 'fax') {
    const { file_id: id } = fields(fields(parseShallow(work.value.faxJson))['file']);
    return new Set(typeof id === 'string' ? [id] : []);
  }
  if (work.case !== 'message') return new Set();
  const { attachments } = fields(parseShallow(work.value.messageJson));
  const ids = Array.isArray(attachments) ? attachments.map((file) => fields(file)['file_id']) : [];
  return new Set(ids.filter((id) => typeof id === 'string'));
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
