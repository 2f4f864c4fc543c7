import { seal, type Bus } from '@made-open/bus';
import { WalletService } from '@made-open/contracts';
import { ConfigVault, type ConfigOwner } from './config-vault.ts';

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
    config: Readonly<Record<string, unknown>>,
  ): Promise<number> {
    const { spaceId, connectionId, pluginId } = owner;
    const info = ['madeopen-config-put-v1', spaceId, connectionId, pluginId];
    const box = await seal(this.#walletKey, info, JSON.stringify(config));
    const { revision } = await this.#bus.call(WalletService.method.putConfig, {
      ...owner,
      config: box,
    });
    return revision;
  }

  override async remove({ spaceId, connectionId }: ConfigOwner): Promise<void> {
    await this.#bus.call(WalletService.method.deleteConfig, { spaceId, connectionId });
  }
}
