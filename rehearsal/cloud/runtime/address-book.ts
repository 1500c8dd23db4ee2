// Simulated addresses. Tasks and load balancers have addresses of their VPC; what answers there is a port on loopback.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../state';

interface Network {
  /** "10.0.10.5:8080" -> loopback port */
  addresses: Map<string, number>;
  /** private DNS name -> addresses */
  names: Map<string, string[]>;
}

/** The addresses of one account and region. Each VPC's part is a file that its processes read (see preload.cjs). */
export class AddressBook {
  private readonly networks = new Map<string, Network>();
  private readonly everywhere: Network = emptyNetwork();
  private readonly taken = new Set<string>();
  private readonly lastHost = new Map<string, number>();
  private readonly directory: string;

  constructor(private readonly env: Environment) {
    this.directory = join(env.cloud.directory, 'network', env.account, env.region);
  }

  /** A free address of the subnet. Addresses are not used again at once. Throws when the subnet does not exist or is full. */
  allocate(subnetId: string): string {
    const cidr: string | undefined = this.env.get('AWS::EC2::Subnet', subnetId)?.model.CidrBlock;
    if (!cidr) throw new Error(`The subnet ID '${subnetId}' does not exist`);
    const [base = '', length = ''] = cidr.split('/');
    const network = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    const size = 2 ** (32 - Number(length));
    // AWS keeps the first four addresses and the last one of a subnet.
    const usable = size - 5;
    for (let tries = 0; tries < usable; tries++) {
      const host = (this.lastHost.get(subnetId) ?? 0) % usable;
      this.lastHost.set(subnetId, host + 1);
      const ip = dotted(network + 4 + host);
      if (this.taken.has(ip)) continue;
      this.taken.add(ip);
      return ip;
    }
    throw new Error(`The subnet '${subnetId}' (${cidr}) has no free address`);
  }

  /** Gives an address back. */
  release(ip: string): void {
    this.taken.delete(ip);
  }

  /** Connections within the VPC to ip:port go to the loopback port. */
  publish(vpcId: string, ip: string, port: number, loopbackPort: number): void {
    this.network(vpcId).addresses.set(`${ip}:${port}`, loopbackPort);
    this.write(vpcId);
  }

  /** Nothing answers at the address any more. */
  withdraw(vpcId: string, ip: string): void {
    const { addresses } = this.network(vpcId);
    for (const key of [...addresses.keys()]) if (key.startsWith(`${ip}:`)) addresses.delete(key);
    this.write(vpcId);
  }

  /** The private name resolves to these addresses; none removes it. */
  setName(vpcId: string, name: string, ips: string[]): void {
    setOrDelete(this.network(vpcId).names, name.toLowerCase(), ips);
    this.write(vpcId);
  }

  /** A public name, as a load balancer's: it resolves in every VPC. No address removes it. */
  publicName(name: string, ips: string | string[]): void {
    setOrDelete(this.everywhere.names, name.toLowerCase(), [ips].flat());
    this.writeAll();
  }

  /** A public address: connections to it from every VPC go to the loopback port; without one, nothing answers there. */
  publicAddress(ip: string, port: number, loopbackPort?: number): void {
    if (loopbackPort === undefined) this.everywhere.addresses.delete(`${ip}:${port}`);
    else this.everywhere.addresses.set(`${ip}:${port}`, loopbackPort);
    this.writeAll();
  }

  /** The loopback port behind ip:port, if anything answers there. */
  lookup(vpcId: string, ip: string, port: number): number | undefined {
    const key = `${ip}:${port}`;
    return this.networks.get(vpcId)?.addresses.get(key) ?? this.everywhere.addresses.get(key);
  }

  /** Path of the VPC's file, which exists from now on: the value of REHEARSAL_NETWORK. */
  file(vpcId: string): string {
    if (!this.networks.has(vpcId)) {
      this.network(vpcId);
      this.write(vpcId);
    }
    return this.path(vpcId);
  }

  private network(vpcId: string): Network {
    const found = this.networks.get(vpcId) ?? emptyNetwork();
    this.networks.set(vpcId, found);
    return found;
  }
  private path(vpcId: string): string {
    return join(this.directory, `${vpcId}.json`);
  }
  private writeAll(): void {
    for (const vpcId of this.networks.keys()) this.write(vpcId);
  }
  /** Renamed into place: a reader sees the former file or the new one, never half of it. */
  private write(vpcId: string): void {
    // The folder goes with the cloud: what ends late must not make it anew.
    if (this.env.cloud.signal.aborted) return;
    const own = this.network(vpcId);
    const content = {
      addresses: Object.fromEntries([...this.everywhere.addresses, ...own.addresses]),
      names: Object.fromEntries([...this.everywhere.names, ...own.names]),
    };
    mkdirSync(this.directory, { recursive: true });
    const path = this.path(vpcId);
    writeFileSync(`${path}.new`, JSON.stringify(content));
    renameSync(`${path}.new`, path);
  }
}

const emptyNetwork = (): Network => ({ addresses: new Map(), names: new Map() });
const dotted = (address: number) => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
function setOrDelete(names: Map<string, string[]>, name: string, ips: string[]) {
  if (ips.length) names.set(name, ips);
  else names.delete(name);
}

/** The one address book of the environment. */
export function addressBook(env: Environment): AddressBook {
  const shelf = env.shelf<AddressBook>('address-book');
  const found = shelf.get('book') ?? new AddressBook(env);
  shelf.set('book', found);
  return found;
}
