import type { MessageInitShape } from '@bufbuild/protobuf';
import { seal, type Bus, type SealedBox } from '@made-open/bus';
import { WalletService, type PutConfigRequestSchema } from '@made-open/contracts';
import { ConfigVault, type ConfigOwner, type PutOptions } from './config-vault.ts';

type Config = Readonly<Record<string, unknown>>;

/** The credential-wallet. A config crosses NATS only sealed to the wallet's key. */
export class WalletConfigVault extends ConfigVault {
  readonly #bus: Bus;
  readonly #walletKey: Uint8Array;

  constructor(bus: Bus, walletKey: Uint8Array) {
    super();
    this.#bus = bus;
    this.#walletKey = walletKey;
  }

  override async put(
    owner: ConfigOwner,
    config: Config,
    { kept = [], keepFormerSeconds = 0 }: PutOptions = {},
  ): Promise<number> {
    const box = await this.#seal('madeopen-config-put-v1', owner, config);
    return this.#put({ ...owner, config: box, keptProperties: [...kept], keepFormerSeconds });
  }

  override async add(owner: ConfigOwner, added: Config): Promise<number> {
    // A wallet that knows of no additions does not open it, rather than storing this as the whole config.
    const box = await this.#seal('madeopen-config-add-v1', owner, added);
    return this.#put({ ...owner, config: box, addition: true });
  }

  #seal(
    purpose: string,
    { spaceId, connectionId, pluginId }: ConfigOwner,
    config: Config,
  ): Promise<SealedBox> {
    const info = [purpose, spaceId, connectionId, pluginId];
    return seal(this.#walletKey, info, JSON.stringify(config));
  }

  async #put(request: MessageInitShape<typeof PutConfigRequestSchema>): Promise<number> {
    return (await this.#bus.call(WalletService.method.putConfig, request)).revision;
  }

  override async remove({ spaceId, connectionId }: ConfigOwner): Promise<void> {
    await this.#bus.call(WalletService.method.deleteConfig, { spaceId, connectionId });
  }
}
