import type { Action, HttpManifest } from '../http-manifest.ts';
import { mapResponse, type JobResult } from '../response/map-response.ts';
import type { Scope } from '../template/render-template.ts';
import { longestSendWaitMs } from './fax-functions.ts';
import { runAction } from './run-action.ts';
import type { FileHandle, RunContext } from './run-context.ts';
import { ProviderRefusedError } from './run-errors.ts';
import { callbackUrl, fileScope, withConfig } from './scope-of.ts';

/** A message to send, as the SDK has it. */
export interface MessageToSend {
  readonly to: string;
  readonly body: string;
  readonly from?: string | undefined;
  readonly subject?: unknown;
  readonly threadId?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly attachments?: readonly FileHandle[] | undefined;
  readonly webhookUrl?: string | undefined;
}

export interface SendResult {
  readonly externalId?: string | undefined;
  readonly status: 'sent' | 'delivered' | 'failed';
  readonly error?: string | undefined;
  readonly errorCode?: string | undefined;
}

/** Throws HttpError; it has failed where the provider said no with a 2xx. */
export function sendMessage(
  manifest: HttpManifest,
  action: Action,
): (message: MessageToSend, context: RunContext) => Promise<SendResult> {
  return async (message, context) => {
    const scope = withConfig(messageScope(manifest, message), manifest, context.config);
    const run = { manifest, context, scope, longestWaitMs: longestSendWaitMs };
    try {
      const { answer, map } = await runAction(action, run);
      return sendResult(mapResponse(map, answer, { usualStatus: 'accepted', needsId: false }));
    } catch (error) {
      if (!(error instanceof ProviderRefusedError)) throw error;
      return { status: 'failed', error: error.message, errorCode: error.refusal.errorCode };
    }
  };
}

export function messageScope(manifest: HttpManifest, message: MessageToSend): Scope {
  const attachments = message.attachments ?? [];
  return {
    ...fileScope(attachments),
    media_urls: attachments.flatMap(({ url }) => url ?? []),
    to: message.to,
    from: message.from,
    subject: message.subject,
    body: message.body,
    thread_id: message.threadId,
    job_id: message.idempotencyKey,
    attempt_id: message.idempotencyKey,
    callback_url: callbackUrl(manifest, message.webhookUrl),
  };
}

function sendResult({ status, jobId, error, errorCode }: JobResult): SendResult {
  if (status === 'failed' || status === 'cancelled') return { status: 'failed', error, errorCode };
  return { externalId: jobId, status: status === 'succeeded' ? 'delivered' : 'sent' };
}
