import type { Provider } from '@nestjs/common';
import { ConfigureProvider } from './providers/configure-provider.ts';
import { BuilderSwitch } from './builder/api/builder-switch.ts';
import { PlaceBuilt } from './builder/place/place-view.ts';
import { ChangeSlot } from './providers/change-slot.ts';
import { TransferSlots } from './providers/slots-file/transfer-slots.ts';
import { ListProviders } from './providers/list-providers.ts';
import type { ManagerParts } from './manager-parts.ts';

/** What concerns plugins as providers. */
export function providersOf(parts: ManagerParts): Provider[] {
  const configs = new ConfigureProvider(parts);
  const slots = new ChangeSlot(configs, parts.providers);
  return [
    { provide: ConfigureProvider, useValue: configs },
    { provide: BuilderSwitch, useValue: new BuilderSwitch(parts.hasBuilder) },
    { provide: PlaceBuilt, useValue: new PlaceBuilt(parts, configs) },
    { provide: ChangeSlot, useValue: slots },
    {
      provide: TransferSlots,
      useValue: new TransferSlots({ slots, configs, providers: parts.providers }),
    },
    {
      provide: ListProviders,
      useValue: new ListProviders(parts.plugins, configs, parts.fleet),
    },
  ];
}
