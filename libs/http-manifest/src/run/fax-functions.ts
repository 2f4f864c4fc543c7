import type { Action, HttpManifest, JobStatus } from '../http-manifest.ts';
import { mapResponse, type JobResult } from '../response/map-response.ts';
import type { Scope } from '../template/render-template.ts';
import { runAction } from './run-action.ts';
import type { FileHandle, RunContext } from './run-context.ts';
import { ProviderRefusedError } from './run-errors.ts';
import { callbackUrl, fileScope, jobScope, withConfig } from './scope-of.ts';

/** A fax to send, as the SDK has it. */
export interface FaxToSend {
  readonly to: string;
  readonly from?: string | undefined;
  readonly file: FileHandle;
  readonly idempotencyKey: string;
  readonly webhookUrl?: string | undefined;
}

/** Longer than this the platform waits by itself. */
export const longestSendWaitMs = 5000;

export function sendFax(
  manifest: HttpManifest,
  action: Action,
): (fax: FaxToSend, context: RunContext) => Promise<JobResult> {
  return (fax, context) =>
    askJob({ manifest, action, context }, faxScope(manifest, fax), {
      usualStatus: 'accepted',
      needsId: true,
    });
}

/** With the id that the provider gave: how the job stands, or that it was cancelled. */
export function askAboutJob(
  manifest: HttpManifest,
  action: Action,
  usualStatus: JobStatus,
): (jobId: string, context: RunContext) => Promise<JobResult> {
  return (jobId, context) =>
    askJob({ manifest, action, context }, jobScope(jobId), { usualStatus, needsId: false });
}

export function faxScope(manifest: HttpManifest, fax: FaxToSend): Scope {
  return {
    ...fileScope([fax.file]),
    to: fax.to,
    from: fax.from,
    job_id: fax.idempotencyKey,
    attempt_id: fax.idempotencyKey,
    callback_url: callbackUrl(manifest, fax.webhookUrl),
  };
}

interface Job {
  readonly manifest: HttpManifest;
  readonly action: Action;
  readonly context: RunContext;
}

async function askJob(
  { manifest, action, context }: Job,
  own: Scope,
  options: { readonly usualStatus: JobStatus; readonly needsId: boolean },
): Promise<JobResult> {
  const scope = withConfig(own, manifest, context.config);
  try {
    const { answer, map } = await runAction(action, {
      manifest,
      context,
      scope,
      longestWaitMs: longestSendWaitMs,
    });
    return mapResponse(map, answer, options);
  } catch (error) {
    if (!(error instanceof ProviderRefusedError)) throw error;
    return {
      status: 'failed',
      error: error.message,
      errorCode: error.refusal.errorCode ?? 'provider.refused',
    };
  }
}
