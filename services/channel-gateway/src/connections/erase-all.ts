/** Holds something of connections. */
export interface Erasable {
  /** Removes some of a connection, gives how many. */
  erase(connectionId: string, limit: number): Promise<number>;
}

const rows = 1000;

/** Erases everything of a connection from some stores, a part at a time. */
export async function eraseAll(
  stores: readonly Erasable[],
  connectionId: string,
  onProgress: () => void = () => undefined,
): Promise<void> {
  for (const store of stores) while ((await store.erase(connectionId, rows)) > 0) onProgress();
}
