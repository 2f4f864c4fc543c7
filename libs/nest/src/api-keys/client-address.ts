import { BlockList, isIP } from 'node:net';

/** Reads proxies as addresses and networks, `10.0.0.0/8,fd00::/8`; gives what is neither, too. */
export function readProxies(text: string): { proxies: BlockList; faults: string[] } {
  const proxies = new BlockList();
  const faults: string[] = [];
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/u.exec(entry) ?? [];
    const bits = isIP(address) === 6 ? 128 : 32;
    const length = prefix === undefined ? bits : Number(prefix);
    if (isIP(address) === 0 || length > bits) faults.push(entry);
    else proxies.addSubnet(address, length, familyOf(address));
  }
  return { proxies, faults };
}

/**
 * The address that failures are counted for. `X-Forwarded-For` counts only as far as trusted proxies wrote it: read from
 * its end, up to the first address that is none of them. Of IPv6 the network, since a host has all of it.
 */
export function clientAddress(
  proxies: BlockList,
  remote: string,
  forwardedFor: string | undefined,
): string {
  const hops = (forwardedFor ?? '').split(',').map((hop) => plainAddress(hop.trim()));
  let address = plainAddress(remote);
  while (isIP(address) !== 0 && proxies.check(address, familyOf(address))) {
    const hop = hops.pop();
    if (hop === undefined || isIP(hop) === 0) break;
    address = hop;
  }
  return isIP(address) === 6 ? networkOf(address) : address;
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/iu, '');
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** The first 64 bits. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = head.split(':').filter((group) => group !== '');
  const rest = (tail ?? '').split(':').filter((group) => group !== '');
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
