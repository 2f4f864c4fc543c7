/** When plugins have their next run to do. */
export abstract class DueRuns {
  /** In how many milliseconds each plugin has one, of those that do within so many seconds. */
  abstract within(seconds: number): Promise<ReadonlyMap<string, number>>;
}
