import { AttemptNotFoundError } from '../errors.ts';
import type { OutboundStore } from '../storage/outbound-store.ts';
import { grant } from './advance.ts';
import { carryOut } from './carry-out.ts';

/** A runner's question about an attempt. */
export interface AttemptRequest {
  readonly attemptId: string;
  readonly connectionId: string;
  /** Of the subject, which NATS lets no other plugin's runner publish to. */
  readonly pluginId: string;
}

/** Lets a runner send, once for each attempt. */
export async function beginSending(
  store: OutboundStore,
  request: AttemptRequest & { readonly asker: string },
): Promise<{ granted: boolean }> {
  if (!isId(request.attemptId)) throw new AttemptNotFoundError();
  const answer = await store.withAttempt(request.attemptId, async (locked) => {
    const { outbound, attempt, now } = locked;
    const { connectionId, pluginId } = request;
    const isOwn = outbound.connectionId === connectionId && outbound.pluginId === pluginId;
    if (attempt === undefined || !isOwn) return undefined;
    const step = grant({ outbound, attempt }, request.asker, now);
    if (step?.attempt !== undefined) await carryOut(locked, step);
    return { granted: step !== undefined };
  });
  if (answer === undefined) throw new AttemptNotFoundError();
  return answer;
}

/** Ids come from outside; PostgreSQL takes only UUIDs. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u.test(text);
}
