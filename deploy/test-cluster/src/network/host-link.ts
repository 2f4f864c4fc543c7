import { ClusterStartError } from '../errors.ts';
import { runCommand } from '@made-open/images';
import { addressesOf, slots, type Addresses } from './addresses.ts';

const ip = '/usr/sbin/ip';

/** Takes the first free slot: a device of its name cannot be made twice, so two that start at once get two slots. */
export async function takeSlot(): Promise<Addresses> {
  for (let slot = 0; slot < slots; slot++) {
    const addresses = addressesOf(slot);
    if (await makeDevice(addresses.device)) return addresses;
  }
  throw new ClusterStartError(
    `${String(slots)} test clusters run on this machine already: end one, see ip link`,
  );
}

async function makeDevice(device: string): Promise<boolean> {
  try {
    await runCommand(ip, ['link', 'add', device, 'type', 'veth', 'peer', 'name', peerOf(device)]);
    return true;
  } catch (error) {
    if (error instanceof Error && /File exists/u.test(error.message)) return false;
    throw error;
  }
}

/** Leads pods and services to the node, so that whoever runs on the host reaches them. */
export async function linkNode(addresses: Addresses, pid: number): Promise<void> {
  const { device, host, outside, node, pods, services } = addresses;
  const commands = [
    ['link', 'set', peerOf(device), 'netns', String(pid), 'name', 'eth0'],
    ['address', 'add', `${host}/30`, 'dev', device],
    ['address', 'add', `${outside}/32`, 'dev', device],
    ['link', 'set', device, 'up'],
    ['route', 'add', pods, 'via', node],
    ['route', 'add', services, 'via', node],
  ];
  for (const command of commands) await runCommand(ip, command);
}

/** The routes go with the device, and so does its other end. */
export async function removeLink(device: string): Promise<void> {
  await runCommand(ip, ['link', 'delete', device]).catch((error: unknown) => {
    if (!(error instanceof Error && /Cannot find device/u.test(error.message))) throw error;
  });
}

function peerOf(device: string): string {
  return `${device}-n`;
}
