import { AdoptClients, type AdoptClientsParts } from '../oauth/adopt-clients.ts';
import { stopUnfit, type StopUnfitParts } from '../profile/stop-unfit.ts';
import type { ProviderStore } from '../providers/provider-store.ts';
import { UntilDone } from '../until-done.ts';
import { stopOutdated, type StopOutdatedParts } from '../versions/stop-outdated.ts';

export interface AfterUpdateParts extends AdoptClientsParts, StopOutdatedParts, StopUnfitParts {
  readonly providers: Pick<ProviderStore, 'announceSlots'>;
}

/**
 * Looks once at each start through plugins that another version of the platform may have left, and has the slots of
 * providers announced: a gateway that has lost its state learns them so.
 */
export function afterUpdate(parts: AfterUpdateParts): UntilDone[] {
  const { logger } = parts;
  const clients = new AdoptClients(parts);
  return [
    new UntilDone(
      () => clients.adopt(),
      (error) => logger.warn('OAuth clients: the wallet is asked again', { error }),
    ),
    new UntilDone(
      async () => {
        await stopOutdated(parts);
        await stopUnfit(parts);
      },
      (error) => logger.warn('plugins could not be looked through, and are again', { error }),
    ),
    new UntilDone(
      async () => void (await parts.providers.announceSlots()),
      (error) => logger.warn('slots could not be announced, and are again', { error }),
    ),
  ];
}
