import ipaddr from 'ipaddr.js';

// CommonJS: Node finds no named exports in it.
const { IPv4, IPv6, isValid, parse } = ipaddr;
type IPv4 = InstanceType<typeof IPv4>;
type IPv6 = InstanceType<typeof IPv6>;

/** Why an address is not reached, by the ranges of IANA's special-purpose registries; undefined for global unicast. */
export type AddressFault =
  | 'ADDR_LOOPBACK'
  | 'ADDR_PRIVATE'
  | 'ADDR_LINK_LOCAL'
  | 'ADDR_THIS_NETWORK'
  | 'ADDR_MULTICAST'
  | 'ADDR_BENCHMARK'
  | 'ADDR_DOC'
  | 'ADDR_RESERVED';

const faults: Readonly<Record<string, AddressFault>> = {
  loopback: 'ADDR_LOOPBACK',
  private: 'ADDR_PRIVATE',
  uniqueLocal: 'ADDR_PRIVATE',
  carrierGradeNat: 'ADDR_PRIVATE',
  linkLocal: 'ADDR_LINK_LOCAL',
  unspecified: 'ADDR_THIS_NETWORK',
  multicast: 'ADDR_MULTICAST',
  broadcast: 'ADDR_MULTICAST',
};

const benchmark = IPv4.parseCIDR('198.18.0.0/15');
const documentation4 = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'].map((range) =>
  IPv4.parseCIDR(range),
);
const documentation6 = ['2001:db8::/32', '3fff::/20'].map((range) => IPv6.parseCIDR(range));
const nat64 = IPv6.parseCIDR('64:ff9b::/96');
const sixToFour = IPv6.parseCIDR('2002::/16');
const globalUnicast = IPv6.parseCIDR('2000::/3');

/** What is wrong with an address as the goal of a request; wrapped IPv4 addresses are judged by the inner one. */
export function addressFault(text: string): AddressFault | undefined {
  if (!isValid(text)) return 'ADDR_RESERVED';
  const address = parse(text);
  return address instanceof IPv4 ? faultOf4(address) : faultOf6(address);
}

function faultOf4(address: IPv4): AddressFault | undefined {
  if (address.match(benchmark)) return 'ADDR_BENCHMARK';
  if (documentation4.some((range) => address.match(range))) return 'ADDR_DOC';
  const range = address.range();
  if (address.octets[0] === 0) return 'ADDR_THIS_NETWORK';
  return range === 'unicast' ? undefined : (faults[range] ?? 'ADDR_RESERVED');
}

function faultOf6(address: IPv6): AddressFault | undefined {
  if (address.isIPv4MappedAddress()) return faultOf4(address.toIPv4Address()) ?? 'ADDR_RESERVED';
  const bytes = address.toByteArray();
  // In networks without IPv4 every name that has no IPv6 address resolves to this one.
  if (address.match(nat64)) return faultOf4(new IPv4(bytes.slice(12)));
  if (address.match(sixToFour)) return faultOf4(new IPv4(bytes.slice(2, 6)));
  if (documentation6.some((range) => address.match(range))) return 'ADDR_DOC';
  const range = address.range();
  if (Object.hasOwn(faults, range)) return faults[range];
  return address.match(globalUnicast) && range === 'unicast' ? undefined : 'ADDR_RESERVED';
}
