import { ConfigVault, type ConfigOwner } from './config-vault.ts';

/** Configs in memory, for tests. */
export class MemoryConfigVault extends ConfigVault {
  readonly configs = new Map<string, Readonly<Record<string, unknown>>>();
  /** Thrown by the next call. */
  failure: Error | undefined;
  #revision = 0;

  override async put(
    { connectionId }: ConfigOwner,
    config: Readonly<Record<string, unknown>>,
  ): Promise<number> {
    await this.#fail();
    this.configs.set(connectionId, config);
    return ++this.#revision;
  }

  override async remove({ connectionId }: ConfigOwner): Promise<void> {
    await this.#fail();
    this.configs.delete(connectionId);
  }

  #fail(): Promise<void> {
    const { failure } = this;
    this.failure = undefined;
    return failure === undefined ? Promise.resolve() : Promise.reject(failure);
  }
}
