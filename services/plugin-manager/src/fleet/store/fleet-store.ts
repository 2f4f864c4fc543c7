import type { RunnerSetStatus } from '../fleet-driver.ts';

/** What the manager that keeps the fleet knows, and what it is asked, for every replica alike. */
export abstract class FleetStore {
  /** Notes the sets of a plugin as they are; the same again changes nothing. */
  abstract note(pluginId: string, sets: readonly RunnerSetStatus[]): Promise<void>;
  /** All sets as they were noted last. */
  abstract sets(): Promise<readonly RunnerSetStatus[]>;
  /** Asks for the sets of a plugin to be let start again. */
  abstract askReset(pluginId: string): Promise<void>;
  /** The number of what was asked for and not done yet. */
  abstract askedReset(pluginId: string): Promise<string | undefined>;
  /** It was done; what was asked for later was not. */
  abstract endReset(pluginId: string, asked: string): Promise<void>;
}
