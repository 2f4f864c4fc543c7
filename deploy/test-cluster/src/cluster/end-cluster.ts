import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeControlGroups } from '../control-groups/control-groups.ts';
import { ClusterStartError } from '../errors.ts';
import { removeLink } from '../network/host-link.ts';
import { isRunning, readRecord } from './cluster-record.ts';

const attempts = 200;
const pauseMs = 50;

/** Ends a cluster and removes all of it, whoever started it; nothing happens when there is none. */
export async function endCluster(folder: string): Promise<void> {
  const record = readRecord(folder);
  if (record !== undefined) {
    // The first process of the namespaces goes with it, and every other process and mount with that.
    if (record.pid !== undefined && isRunning(record)) process.kill(record.pid, 'SIGKILL');
    await until(() => !isRunning(record), 'its processes do not end');
    await removeLink(record.addresses.device);
    await until(() => removeControlGroups(record.controlGroups), 'its control groups stay in use');
  }
  rmSync(folder, { recursive: true, force: true });
}

async function until(holds: () => boolean, otherwise: string): Promise<void> {
  for (let attempt = 0; !holds(); attempt++) {
    if (attempt === attempts)
      throw new ClusterStartError(`the test cluster does not end: ${otherwise}`);
    await sleep(pauseMs);
  }
}
