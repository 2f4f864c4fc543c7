import type { MessageShape } from '@bufbuild/protobuf';
import type { Bus } from '@made-open/bus';
import type { RunSyncSchema } from '@made-open/contracts';
import type { Logger } from '@made-open/nest';
import type { Assignment } from '../assignment/assignment.ts';
import type { AccessTokens } from '../host/credentials/access-tokens.ts';
import type { Gate } from '../host/gate.ts';
import type { WarmSandboxes } from '../host/processes/warm-sandboxes.ts';
import type { CrashBreaker } from './crash-breaker.ts';
import type { SliceLimits } from './frames/slice.ts';
import type { WalletClient } from './secrets/wallet-client.ts';

export type RunSync = MessageShape<typeof RunSyncSchema>;

/** What all runs of a runner share. */
export interface Runner {
  readonly bus: Pick<Bus, 'call' | 'publishRaw' | 'newInbox'>;
  readonly logger: Logger;
  readonly token: string;
  readonly version: string;
  readonly wallet: Pick<WalletClient, 'config'>;
  readonly assignment: Assignment;
  /** `http://host:port` of the proxy that requests of plugins go through. */
  readonly egressProxy: string | undefined;
  readonly sandboxes: WarmSandboxes;
  readonly breaker: CrashBreaker;
  /** Of HTTP manifests. */
  readonly accessTokens: AccessTokens;
  readonly slice: SliceLimits;
  /** Of files, on their way to etl. */
  readonly fileParts: Gate;
  /** How often the work queue hears that a run goes on, and the scheduler is asked whether it should. */
  readonly heartbeatMs: number;
  /** Aborted when the runner is to end. */
  readonly stopping: AbortSignal;
}
