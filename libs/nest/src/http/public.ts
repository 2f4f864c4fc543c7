import { SetMetadata, type CustomDecorator } from '@nestjs/common';

/** Metadata key of routes that need no key. */
export const publicRoute = 'made-open:public';

/** A route that answers without a key: probes, metrics, the API's own description. */
export function Public(): CustomDecorator {
  return SetMetadata(publicRoute, true);
}
