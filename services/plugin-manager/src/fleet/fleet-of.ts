import { RunnerCrashedSchema } from '@made-open/contracts';
import type { Platform } from '@made-open/nest';
import { appendOutboxRows } from '@made-open/postgres';
import type { Pool } from 'pg';
import { inTransaction } from '../in-transaction.ts';
import { outgoing } from '../outbox.ts';
import { BusDueRuns } from '../scaling/demand/bus-due-runs.ts';
import { BusWorkQueues } from '../scaling/demand/bus-work-queues.ts';
import { PostgresScalingStore } from '../scaling/postgres-scaling-store.ts';
import type { ScalingLimits } from '../scaling/scaling-policy.ts';
import { Fleet, type FleetSources } from './fleet.ts';
import type { FleetDriver } from './fleet-driver.ts';
import { PostgresFleetLease } from './lease/postgres-fleet-lease.ts';
import { PostgresFleetStore } from './store/postgres-fleet-store.ts';

type FleetParts = Pick<FleetSources, 'plugins' | 'connections' | 'overrides' | 'audit'> & {
  readonly driver: FleetDriver;
};

/** The fleet of this platform, on its NATS and PostgreSQL. */
export function fleetOf(
  { bus, logger, database: { pool }, databaseOptions }: Platform,
  limits: ScalingLimits,
  { driver, ...stores }: FleetParts,
): Fleet {
  const sources: FleetSources = {
    ...stores,
    limits,
    announceCrash: announceCrash(pool),
    queues: new BusWorkQueues(bus),
    dueRuns: new BusDueRuns(bus),
    scaling: new PostgresScalingStore(pool),
    store: new PostgresFleetStore(pool),
    lease: new PostgresFleetLease(databaseOptions, logger),
  };
  return new Fleet(driver, sources, logger);
}

/** Puts RunnerCrashed into the outbox. */
function announceCrash(pool: Pool): FleetSources['announceCrash'] {
  return ({ pluginId, version }, reason) =>
    inTransaction(pool, (client) =>
      appendOutboxRows(client, [outgoing(RunnerCrashedSchema, { pluginId, version, reason })]),
    );
}
