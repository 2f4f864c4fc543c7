import { RunOutcome } from '@made-open/contracts';
import { parseGrants, readManifest } from '@made-open/manifest';
import { SandboxError } from '../errors.ts';
import { PlatformData, type EntityPage, type SavedCheckpoint } from '../host/platform-data.ts';
import { PluginHost } from '../host/plugin-host.ts';
import { redactor, secretRemover } from '../host/secrets/redact.ts';
import { probeConfinement, spawnSandbox } from '../host/processes/sandbox-command.ts';
import { readObject } from '../host/processes/sandbox-failure.ts';
import { SandboxProcess } from '../host/processes/sandbox-process.ts';
import { secretGuard } from '../host/secrets/secret-guard.ts';
import { checkRecords } from '../runs/frames/check-records.ts';
import { endOf } from '../runs/run-end.ts';
import { defaultLimits } from '../sandbox/sandbox-limits.ts';
import { TrialFiles } from './trial-files.ts';
import { TrialEgress } from './trial-egress.ts';
import { trialRecords } from './trial-records.ts';
import type { TrialEnd, TrialRecord, TrialRequest } from './trial-request.ts';

const frameSize = { maxItems: 500, maxSize: 256 * 1024 };
const runId = 'trial';

/** There are no entities outside the platform; the checkpoint is the one that was given. */
class TrialData extends PlatformData {
  readonly #checkpoint: SavedCheckpoint;

  constructor(state: unknown) {
    super();
    const stateJson = state === undefined ? '' : JSON.stringify({ state, partial: true });
    this.#checkpoint = { stateJson, runId: 'earlier' };
  }

  override query(): Promise<EntityPage> {
    return Promise.resolve({ entities: [] });
  }

  override checkpoint(): Promise<SavedCheckpoint> {
    return Promise.resolve(this.#checkpoint);
  }
}

/** Runs a plugin as the runner does: the same sandbox, host calls, limits and checks; tells of all that happens. */
export async function runTrial(
  request: TrialRequest,
  tell: (record: TrialRecord) => void,
): Promise<void> {
  const started = performance.now();
  const manifest = readManifest(request.manifestText);
  const grants = parseGrants(manifest.permissions);
  const redact = redactor(request.config);
  const guard = secretGuard(manifest.configSchema, request.config);
  const confinement = await probeConfinement();
  const egress = new TrialEgress(request, grants, secretRemover(request.config), tell);
  const ended = new AbortController();
  const host = new PluginHost({
    runId,
    grants,
    egress,
    data: new TrialData(request.checkpoint),
    files: new TrialFiles(),
    signal: ended.signal,
    onLog: (level, message, fields) =>
      tell({ kind: 'log', level, message: redact(message), fields: readObject(redact(fields)) }),
  });
  const memoryMb = manifest.limits?.memoryMb ?? defaultLimits.memoryMb;
  const sandbox = new SandboxProcess(
    { bundle: request.bundle, limits: { ...defaultLimits, memoryMb } },
    () => spawnSandbox(confinement),
  );
  const end = await pump(
    sandbox,
    () => sandbox.start(request.config, host),
    (records) => {
      checkRecords(records, grants);
      guard(records);
      for (const record of trialRecords(records)) tell(record);
    },
  ).catch((error: unknown) => failureOf(error, redact));
  sandbox.dispose();
  ended.abort(new Error('the trial has ended'));
  egress.close();
  await sandbox.exited;
  const { cpuMs, peakMb } = sandbox;
  const wallMs = Math.round(performance.now() - started);
  tell({ kind: 'end', ...end, requests: host.httpCalls, cpuMs, peakMb, wallMs });
}

type Ending = Pick<TrialEnd, 'outcome' | 'error' | 'status' | 'retryAfterMs'>;

async function pump(
  sandbox: SandboxProcess,
  start: () => void,
  take: (records: Uint8Array) => void,
): Promise<Ending> {
  start();
  for (;;) {
    const { records, done } = await sandbox.pullFrame(frameSize);
    if (records !== undefined) take(records);
    if (done) return { outcome: 'completed' };
  }
}

function failureOf(error: unknown, redact: (text: string) => string): Ending {
  const end = endOf(error, redact);
  if (end === undefined) throw error;
  const status = error instanceof SandboxError ? error.failure.status : undefined;
  return {
    outcome: end.outcome === RunOutcome.PARKED ? 'parked' : 'failed',
    ...(end.error === undefined ? {} : { error: end.error }),
    ...(status === undefined ? {} : { status }),
    ...(end.retryAfterMs === undefined ? {} : { retryAfterMs: end.retryAfterMs }),
  };
}
