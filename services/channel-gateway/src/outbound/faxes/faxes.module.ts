import type { ModuleMetadata } from '@nestjs/common';
import { ProviderSlots } from '../../connections/slots/provider-slots.ts';
import { SlotsConsumer } from '../../connections/slots/slots.consumer.ts';
import { FaxesController } from './api/faxes.controller.ts';
import { SubmitFax, type SubmitFaxParts } from './api/submit-fax.ts';

/** What faxes add to the module that sends. */
export function faxParts(
  parts: SubmitFaxParts,
  onNew: () => void,
): Required<Pick<ModuleMetadata, 'controllers' | 'providers'>> {
  return {
    controllers: [FaxesController, SlotsConsumer],
    providers: [
      { provide: SubmitFax, useValue: new SubmitFax(parts, onNew) },
      { provide: ProviderSlots, useValue: parts.slots },
    ],
  };
}
