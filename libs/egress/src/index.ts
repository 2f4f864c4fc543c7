export { addressFault, type AddressFault } from './classify-address.ts';
export { Egress, type EgressOptions, type EgressRequest, type EgressResponse } from './egress.ts';
export { EgressError, OverridesError, ProxyError } from './errors.ts';
export type { Hop, HopResponse, Transport } from './http-transport.ts';
export { defaultLimits, type EgressLimits } from './limits.ts';
export { parseOverrides, type Override, type Overrides } from './overrides.ts';
