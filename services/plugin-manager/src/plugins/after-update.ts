import { AdoptClients, type AdoptClientsParts } from '../oauth/adopt-clients.ts';
import { UntilDone } from '../until-done.ts';
import { stopOutdated, type StopOutdatedParts } from '../versions/stop-outdated.ts';

/** Looks once at each start through plugins that another version of the platform may have left. */
export function afterUpdate(parts: AdoptClientsParts & StopOutdatedParts): UntilDone[] {
  const { logger } = parts;
  const clients = new AdoptClients(parts);
  return [
    new UntilDone(
      () => clients.adopt(),
      (error) => logger.warn('OAuth clients: the wallet is asked again', { error }),
    ),
    new UntilDone(
      () => stopOutdated(parts),
      (error) => logger.warn('plugins could not be looked through, and are again', { error }),
    ),
  ];
}
