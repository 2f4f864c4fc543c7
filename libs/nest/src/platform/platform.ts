import type { Bus } from '@made-open/bus';
import type { ServiceName } from '@made-open/contracts';
import type { Database, DatabaseOptions } from '@made-open/postgres';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Readiness } from '../http/readiness.ts';

/** What every service stands on. `S` is the type of its tables. */
export interface Platform<S = unknown> {
  readonly name: ServiceName;
  readonly bus: Bus;
  readonly database: Database<S>;
  readonly databaseOptions: DatabaseOptions;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  /** Work to end while messages are still taken and answered, for who depends on the answers. */
  beforeStop(work: () => Promise<void>): void;
  /** Work to end before the bus closes, run in the order given. No more messages are taken by then. */
  onStop(work: () => Promise<void>): void;
}

/** Token of the Platform. */
export const PLATFORM = Symbol('made-open:platform');

/** Token of the service's Kysely. */
export const DATABASE = Symbol('made-open:database');
