export { adminHost, gatewayHost, prepareIngress } from './ingress.ts';
export {
  headersOf,
  IngressClient,
  type IngressAnswer,
  type IngressRequest,
} from './ingress-client.ts';
export { chart, InstalledPlatform } from './installed-platform.ts';
