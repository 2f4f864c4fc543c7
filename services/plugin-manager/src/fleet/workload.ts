/** What waits for the runners of plugins. */
export abstract class Workload {
  /** Messages that wait, or are worked on. */
  abstract waiting(pluginId: string): Promise<number>;
}
