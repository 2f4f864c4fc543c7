import { ConfigVault, type ConfigOwner, type PutOptions } from './config-vault.ts';

type Config = Readonly<Record<string, unknown>>;

/** Configs in memory, for tests. */
export class MemoryConfigVault extends ConfigVault {
  readonly configs = new Map<string, Config>();
  /** Thrown by the next call. */
  failure: Error | undefined;
  #revision = 0;

  override async put(
    { connectionId }: ConfigOwner,
    config: Config,
    { kept = [] }: PutOptions = {},
  ): Promise<number> {
    await this.#fail();
    const staying = Object.entries(this.configs.get(connectionId) ?? {}).filter(([name]) =>
      kept.includes(name),
    );
    this.configs.set(connectionId, { ...config, ...Object.fromEntries(staying) });
    return ++this.#revision;
  }

  override async add({ connectionId }: ConfigOwner, added: Config): Promise<number> {
    await this.#fail();
    this.configs.set(connectionId, { ...added, ...this.configs.get(connectionId) });
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
