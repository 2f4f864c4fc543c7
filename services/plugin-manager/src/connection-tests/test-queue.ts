/** A test that a runner is to carry out. */
export interface QueuedTest {
  readonly testId: string;
  readonly connectionId: string;
  readonly pluginId: string;
  /** Later nobody waits for it. */
  readonly endBefore: Date;
  readonly hasRequestBudget: boolean;
}

/** Tests that wait for the runners of their plugins. */
export abstract class TestQueue {
  abstract add(test: QueuedTest): Promise<void>;
}
