/** Addresses of one cluster. Each has a slot of its own, so that several can run on a machine. */
export interface Addresses {
  /** Of the pair of network devices, the end that stays on the host. */
  readonly device: string;
  readonly host: string;
  /** Also of the host, and to pods a part of the outside world: in no private network, and for documents alone. */
  readonly outside: string;
  readonly node: string;
  readonly pods: string;
  readonly services: string;
  readonly apiService: string;
  readonly dns: string;
}

export const slots = 64;

export function addressesOf(slot: number): Addresses {
  const third = String(slot);
  return {
    device: `made-open-${third}`,
    host: `10.89.${third}.1`,
    outside: `203.0.113.${String(slot + 1)}`,
    node: `10.89.${third}.2`,
    pods: `10.244.${third}.0/24`,
    services: `10.96.${third}.0/24`,
    apiService: `10.96.${third}.1`,
    dns: `10.96.${third}.10`,
  };
}
