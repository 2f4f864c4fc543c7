import type { RunnerSetStatus } from '../fleet/fleet-driver.ts';
import type { DeploymentState, PodState } from './cluster-state.ts';
import { annotations, laneOf } from './names.ts';

/** A runner that lives this long is healthy: what came before is forgotten. */
const healthyMs = 60_000;

/** Why runners are held back; stands on their Deployment, where the next manager finds it. */
export interface Broken {
  readonly fingerprint: string;
  readonly crashes: number;
  readonly fault: string;
}

/** The runners of one Deployment, as the port tells them. */
export function setStatus(
  deployment: DeploymentState,
  pods: readonly PodState[],
  nowMs: number,
): RunnerSetStatus {
  const { annotations: notes } = deployment;
  const fingerprint = notes[annotations.fingerprint] ?? '';
  const own = pods.filter(({ runner, isEnding }) => runner === deployment.name && !isEnding);
  const lane = laneOf(notes[annotations.lane]);
  // What still tries a version out takes none of the runs of everybody.
  const current = own.filter((pod) => pod.fingerprint === fingerprint && pod.lane === lane);
  const ready = current.filter(({ isReady }) => isReady);
  const broken = brokenOf(deployment);
  return {
    pluginId: notes[annotations.pluginId] ?? '',
    version: notes[annotations.pluginVersion] ?? '',
    lane,
    fingerprint,
    wanted: deployment.replicas,
    present: own.length,
    ready: ready.length,
    crashes: broken?.crashes ?? Math.max(0, ...current.map((pod) => crashesOf(pod, nowMs))),
    isBroken: broken !== undefined,
    fault: broken?.fault ?? deployment.failure ?? faultOf(current),
    startedAt: ready.flatMap(({ startedAt }) => startedAt ?? []).toSorted((a, b) => +a - +b)[0],
    pinned: pinnedOf(notes[annotations.replicas]),
  };
}

/** Why the runners of this fingerprint are held back. */
export function brokenOf({ annotations: notes }: DeploymentState): Broken | undefined {
  const text = notes[annotations.broken];
  if (text === undefined) return undefined;
  const { fingerprint, crashes, fault } = fieldsOf(text);
  if (typeof fingerprint !== 'string' || fingerprint !== notes[annotations.fingerprint])
    return undefined;
  return {
    fingerprint,
    crashes: typeof crashes === 'number' ? crashes : 0,
    fault: typeof fault === 'string' ? fault : 'unknown',
  };
}

function crashesOf({ restarts, startedAt }: PodState, nowMs: number): number {
  return startedAt !== undefined && nowMs - startedAt.getTime() >= healthyMs ? 0 : restarts;
}

function faultOf(pods: readonly PodState[]): string | undefined {
  const troubled = pods.filter(({ isReady }) => !isReady);
  return (
    troubled.find(({ lastEnd }) => lastEnd !== undefined)?.lastEnd ??
    troubled.find(({ waitsFor }) => waitsFor !== undefined)?.waitsFor
  );
}

function pinnedOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,4}$/u.test(text) ? Number(text) : undefined;
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {}; // somebody else wrote it
  }
}
