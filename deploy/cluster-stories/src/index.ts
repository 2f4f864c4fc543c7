export { contactsPlugin } from './contacts-plugin.ts';
export { adminHost, gatewayHost, prepareIngress } from './ingress.ts';
export { IngressClient } from './ingress-client.ts';
export { chart, InstalledPlatform } from './installed-platform.ts';
export { OutsideHost } from './outside-host.ts';
export { contactsKey, OutsideWorld } from './outside-world.ts';
export { PlatformClient, type Run, type RunnerRow } from './platform-client.ts';
export { measureMemory, type MeasuredPod } from './pod-memory.ts';
export { podsOf, runnerPodsOf, type PodState } from './pods.ts';
