import { BlockList, isIP } from 'node:net';

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether an address is in a network, as 203.0.113.0/24, or is that address. False where one of them is no address. */
export function isInNetwork(network: string, address: string): boolean {
  const [base, bits] = network.split('/') as [string, string?];
  if (!isIP(base) || !isIP(address)) return false;
  const whole = isIP(base) === 6 ? 128 : 32;
  const list = new BlockList();
  list.addSubnet(base, bits === undefined ? whole : Number(bits), familyOf(base));
  return list.check(address, familyOf(address));
}
