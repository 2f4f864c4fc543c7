export { addressFault, type AddressFault } from './classify-address.ts';
export { Egress, type EgressOptions, type EgressRequest, type EgressResponse } from './egress.ts';
export { EgressError } from './errors.ts';
export { parseOverrides, type Override, type Overrides } from './overrides.ts';
export type { ResponseLimits } from './http-transport.ts';
