import { RunOutcome } from '@made-open/contracts';
import { parseGrants, readManifest, type Manifest } from '@made-open/manifest';
import { SandboxError } from '../errors.ts';
import { PlatformData, type EntityPage, type SavedCheckpoint } from '../host/platform-data.ts';
import { PluginHost } from '../host/plugin-host.ts';
import { AccessTokens } from '../host/credentials/access-tokens.ts';
import { ManifestAuth } from '../host/credentials/manifest-auth.ts';
import {
  probeConfinement,
  pythonSandbox,
  spawnSandbox,
} from '../host/processes/sandbox-command.ts';
import { readObject } from '../host/processes/sandbox-failure.ts';
import { SandboxProcess } from '../host/processes/sandbox-process.ts';
import { checkRecords } from '../runs/frames/check-records.ts';
import { endOf } from '../runs/run-end.ts';
import { limitsOf, type SandboxCode } from '../sandbox/sandbox-limits.ts';
import { TrialSecrets } from './trial-secrets.ts';
import { TrialFiles } from './trial-files.ts';
import { TrialInvocation } from './trial-invocation.ts';
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
  pythonRuntime?: string,
): Promise<void> {
  const started = performance.now();
  const manifest = readManifest(request.manifestText);
  const grants = parseGrants(manifest.permissions);
  const secrets = new TrialSecrets(manifest, request.config);
  const { redact } = secrets;
  const egress = new TrialEgress(request, grants, secrets.remove, tell);
  const sandbox = await sandboxOf(request, manifest, pythonRuntime);
  const call = request.call && new TrialInvocation(request.call, egress, () => sandbox.dispose());
  const ended = new AbortController();
  const auth = authOf({ manifest, request, egress, learn: secrets.learn, signal: ended.signal });
  const config = auth?.config ?? request.config;
  const host = new PluginHost({
    runId,
    grants,
    egress: call?.guard ?? egress,
    data: new TrialData(request.checkpoint),
    files: new TrialFiles(request.files),
    auth,
    signal: ended.signal,
    onLog: (level, message, fields) =>
      tell({ kind: 'log', level, message: redact(message), fields: readObject(redact(fields)) }),
  });
  const take = (records: Uint8Array): void => {
    checkRecords(records, grants);
    secrets.check(records);
    for (const record of trialRecords(records)) tell(record);
  };
  if (call === undefined) sandbox.start(config, host);
  else sandbox.start(config, call.host(host), 'invocation');
  const end = await (
    call === undefined ? pump(sandbox, take) : pumpCall(sandbox, call, take)
  ).catch((error: unknown) => failureOf(call?.late ?? error, redact));
  const outcome = call?.outcome(end.outcome !== 'completed');
  sandbox.dispose();
  ended.abort(new Error('the trial has ended'));
  egress.close();
  await sandbox.exited;
  const { cpuMs, peakMb } = sandbox;
  const wallMs = Math.round(performance.now() - started);
  tell({ kind: 'end', ...end, ...outcome, requests: host.httpCalls, cpuMs, peakMb, wallMs });
}

/** As the runner does it, with tokens that are kept for this trial alone. */
function authOf({
  manifest,
  request,
  egress,
  learn,
  signal,
}: {
  manifest: Manifest;
  request: TrialRequest;
  egress: TrialEgress;
  learn: TrialSecrets['learn'];
  signal: AbortSignal;
}): ManifestAuth | undefined {
  if (manifest.runtime !== 'http') return undefined;
  const { config } = request;
  const tokens = new AccessTokens(() => performance.now());
  const quiet = egress.withoutBodies;
  const given = { manifest, config, connectionId: runId, tokens, egress: quiet, learn, signal };
  return new ManifestAuth(given);
}

type Ending = Pick<TrialEnd, 'outcome' | 'error' | 'status' | 'retryAfterMs'>;

async function sandboxOf(
  { bundle }: TrialRequest,
  manifest: Manifest,
  pythonRuntime: string | undefined,
): Promise<SandboxProcess> {
  const confinement = await probeConfinement();
  const { runtime = 'javascript' } = manifest;
  const code: SandboxCode = { runtime, bundle, limits: limitsOf(manifest) };
  const python = pythonSandbox(code, pythonRuntime);
  return new SandboxProcess(code, () => spawnSandbox(confinement, python));
}

async function pump(sandbox: SandboxProcess, take: (records: Uint8Array) => void): Promise<Ending> {
  for (;;) {
    const { records, done } = await sandbox.pullFrame(frameSize);
    if (records !== undefined) take(records);
    if (done) return { outcome: 'completed' };
  }
}

/** What a short call writes counts only once it has ended well. */
async function pumpCall(
  sandbox: SandboxProcess,
  call: TrialInvocation,
  take: (records: Uint8Array) => void,
): Promise<Ending> {
  const end = await pump(sandbox, (records) => call.add(records));
  const records = call.records();
  if (records !== undefined) take(records);
  return end;
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
