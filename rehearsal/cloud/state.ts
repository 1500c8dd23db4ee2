// What exists: one store of resources for each account and region. CloudFormation writes it; services read it.
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Stack } from './cloudformation/stack';
import type { ResourceType } from './module';
import { Clock } from './runtime/clock';
import type { Call } from './wire/call';

/** More than a rehearsal of three stages makes. */
const rememberedCalls = 20_000;

export type Values = Record<string, any>;

export interface Resource {
  type: string;
  /** Physical id: what Ref returns. */
  id: string;
  /** What generated names and ids derive from; fixed for the life of the resource. */
  seed: string;
  /** As asked for. */
  properties: Values;
  /** As it is: properties, generated names, attributes. */
  model: Values;
}

export interface StoredObject {
  body: Buffer;
  contentType?: string;
  etag: string;
  modified: Date;
  /** In a bucket with versions. */
  versionId?: string;
}
/** One version of an object, or the mark of a deletion. */
export interface StoredVersion extends Omit<StoredObject, 'versionId'> {
  key: string;
  versionId: string;
  deleted: boolean;
  /** Object Lock keeps it until then. */
  retainUntil?: Date;
}

/** One account in one region. */
export class Environment {
  readonly stacks: Stack[] = [];
  private readonly resources = new Map<string, Resource>();
  private readonly shelves = new Map<string, Map<string, any>>();

  constructor(
    readonly account: string,
    readonly region: string,
    readonly cloud: Cloud,
  ) {}

  get(type: string, id: string): Resource | undefined {
    return this.resources.get(`${type} ${id}`);
  }
  put(resource: Resource): void {
    this.resources.set(`${resource.type} ${resource.id}`, resource);
  }
  remove(resource: Resource): void {
    this.resources.delete(`${resource.type} ${resource.id}`);
  }
  list(type?: string): Resource[] {
    return [...this.resources.values()].filter((r) => !type || r.type === type);
  }
  /** What a service remembers beside resources: tasks, log streams, deployments. */
  shelf<T>(name: string): Map<string, T> {
    const found = this.shelves.get(name) ?? new Map<string, T>();
    this.shelves.set(name, found);
    return found;
  }
  arn(service: string, rest: string): string {
    return `arn:aws:${service}:${this.region}:${this.account}:${rest}`;
  }
}

/** All accounts and regions, and what they share. */
export class Cloud {
  private readonly environments = new Map<string, Environment>();
  private readonly endings: (() => Promise<void> | void)[] = [];
  private readonly stopping = new AbortController();
  /** Objects as they are now, by bucket and key. */
  readonly objects = new Map<string, Map<string, StoredObject>>();
  /** Versions that clients made in buckets that keep them, by bucket, oldest first. */
  readonly versions = new Map<string, StoredVersion[]>();
  /** The latest calls to the API, oldest first. */
  readonly calls: Call[] = [];
  /** What the specification does not tell of a type, by the modules of its services. */
  readonly resourceTypes = new Map<string, ResourceType>();
  private readonly links = new Map<string, Buffer>();
  private serial = 0;
  /** Where the API answers, as in http://127.0.0.1:4566; set once it listens. */
  endpoint = '';

  constructor(
    /** Folder for what tasks and services write; removed by whoever made it. */
    readonly directory: string,
    readonly clock = new Clock(),
    readonly log: (line: string) => void = () => {},
  ) {
    // All background work of all tasks listens: many are no leak.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Aborts when the cloud stops: background work ends on it. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }
  environment(account: string, region: string): Environment {
    const key = `${account}/${region}`;
    const found = this.environments.get(key) ?? new Environment(account, region, this);
    this.environments.set(key, found);
    return found;
  }
  everywhere(): Environment[] {
    return [...this.environments.values()];
  }
  /** Global names (buckets, roles) are looked for everywhere. */
  find(type: string, id: string, account?: string): Resource | undefined {
    for (const e of this.environments.values()) {
      const found = !account || e.account === account ? e.get(type, id) : undefined;
      if (found) return found;
    }
    return undefined;
  }
  bucket(name: string): Map<string, StoredObject> {
    const found = this.objects.get(name) ?? new Map<string, StoredObject>();
    this.objects.set(name, found);
    return found;
  }
  /** Remembers a call, and forgets the oldest where there are too many. */
  record(call: Call): void {
    this.calls.push(call);
    if (this.calls.length > rememberedCalls) this.calls.splice(0, this.calls.length - rememberedCalls);
  }
  /** An address at which whoever knows it can read the content, as by a presigned URL. */
  link(content: Buffer): string {
    const path = `/linked/${randomUUID()}`;
    this.links.set(path, content);
    return this.endpoint + path;
  }
  linked(path: string): Buffer | undefined {
    return this.links.get(path);
  }
  unique(): number {
    return ++this.serial;
  }
  /** Registers what has to end with the cloud: processes, servers. */
  onStop(end: () => Promise<void> | void): void {
    this.endings.push(end);
  }
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled(this.endings.splice(0).map((end) => end()));
  }
}
