import type { Resource } from '../state';
import { authorize } from './authorization';
import * as hooks from './hooks';
import { evaluate, type Scope } from './intrinsics';
import type { Naming } from './naming';
import { inOrder } from './order';
import { changes } from './property-changes';
import * as provider from './provider';
import { dependencies } from './references';
import type { Desired, Stack, StackResource } from './stack';
import { denial, type PolicyAction } from './stack-policy';
import { withStackTags } from './stack-tags';
import type { ResourceDefinition } from './template';

/** One thing done to a resource: how to take it back, and what to delete in the end. */
export interface Step {
  logicalId: string;
  undo(): Promise<void>;
  /** To be deleted when the operation succeeds: the predecessor of a replacement. */
  obsolete?: StackResource;
  /** To be deleted when the operation is rolled back. */
  made?: StackResource;
}

const REPLACING = 'Requested update requires the creation of a new physical resource; hence creating one.';

/** Brings a stack's resources to what a template wants, each as soon as what it refers to is there. */
export class Provisioning {
  /** What was done so far, oldest first. */
  readonly steps: Step[] = [];
  private readonly graph: Map<string, string[]>;

  constructor(
    private readonly stack: Stack,
    private readonly desired: Desired,
    private readonly active: Record<string, ResourceDefinition>,
    private readonly scope: Scope,
    private readonly controller: AbortController,
  ) {
    this.graph = dependencies(active);
  }

  /** Returns the failures by logical id. After the first nothing more is begun, and what is under way is cancelled. */
  run(): Promise<Map<string, Error>> {
    return inOrder(this.graph, (logicalId) => this.provision(logicalId));
  }

  private async provision(logicalId: string): Promise<void> {
    const definition = this.active[logicalId]!;
    const now = this.stack.resources.get(logicalId);
    const record: StackResource = {
      logicalId,
      type: definition.Type,
      status: '',
      updated: this.stack.env.cloud.clock.now(),
      waitsFor: this.graph.get(logicalId)!,
      deletionPolicy: definition.DeletionPolicy ?? 'Delete',
      replacePolicy: definition.UpdateReplacePolicy ?? 'Delete',
      metadata: definition.Metadata,
    };
    if (!now?.resource) return this.create(record);
    if (now.type !== definition.Type) return this.replace(record, now, now.resource);
    let changed;
    try {
      changed = changes(definition.Type, now.resource.properties, this.properties(logicalId));
    } catch (error: any) {
      this.stack.mark(now, 'UPDATE_FAILED', error.message);
      throw error;
    }
    if (provider.mustReplace(this.stack.env.cloud, definition.Type, changed))
      return this.replace(record, now, now.resource);
    if (changed.length) return this.update(record, now, now.resource);
    const { status, updated, reason, resource } = now;
    this.stack.resources.set(logicalId, { ...record, status, updated, reason, resource });
  }

  private properties(logicalId: string) {
    const { Type, Properties = {} } = this.active[logicalId]!;
    return withStackTags(Type, evaluate(Properties, this.scope), this.desired.tags);
  }

  private naming(logicalId: string): Naming {
    return { stackName: this.stack.name, stackId: this.stack.id, logicalId };
  }

  private async create(record: StackResource): Promise<void> {
    const { stack } = this;
    const { logicalId, type } = record;
    stack.resources.set(logicalId, record);
    this.steps.push({ logicalId, made: record, undo: async () => void stack.resources.delete(logicalId) });
    stack.mark(record, 'CREATE_IN_PROGRESS');
    await this.attempt(record, 'CREATE', async (signal) => {
      const made = provider.create(type, this.properties(logicalId), this.naming(logicalId), stack.env);
      record.resource = this.permitted(made);
      stack.mark(record, 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
      await hooks.created(record.resource, stack.env, signal);
    });
    stack.mark(record, 'CREATE_COMPLETE');
  }

  private async replace(record: StackResource, now: StackResource, current: Resource): Promise<void> {
    const { stack } = this;
    const { logicalId, type } = record;
    record.resource = current;
    stack.resources.set(logicalId, record);
    const step: Step = { logicalId, undo: async () => void stack.resources.set(logicalId, now) };
    this.steps.push(step);
    await this.attempt(record, 'UPDATE', async (signal) => {
      this.checkPolicy('Update:Replace', record);
      stack.mark(record, 'UPDATE_IN_PROGRESS', REPLACING);
      const made = provider.replace(current, type, this.properties(logicalId), this.naming(logicalId), stack.env);
      record.resource = this.permitted(made);
      step.made = record;
      stack.mark(record, 'UPDATE_IN_PROGRESS', 'Resource creation Initiated');
      await hooks.created(record.resource, stack.env, signal);
    });
    step.obsolete = { ...now, deletionPolicy: now.replacePolicy };
    stack.mark(record, 'UPDATE_COMPLETE');
  }

  private async update(record: StackResource, now: StackResource, current: Resource): Promise<void> {
    const { stack } = this;
    const { logicalId } = record;
    record.resource = current;
    stack.resources.set(logicalId, record);
    this.steps.push({ logicalId, undo: () => this.restore(record, now, current) });
    await this.attempt(record, 'UPDATE', async (signal) => {
      this.checkPolicy('Update:Modify', record);
      stack.mark(record, 'UPDATE_IN_PROGRESS');
      const properties = this.properties(logicalId);
      authorize(stack, 'update', { ...current, properties });
      record.resource = provider.update(current, properties, this.naming(logicalId), stack.env);
      await hooks.updated(record.resource, current, stack.env, signal);
    });
    stack.mark(record, 'UPDATE_COMPLETE');
  }

  /** Puts the former state of an updated resource back. */
  private async restore(record: StackResource, now: StackResource, current: Resource): Promise<void> {
    const { stack } = this;
    const restored: StackResource = { ...now };
    stack.resources.set(record.logicalId, restored);
    const changed = record.resource!;
    if (changed === current) return;
    stack.mark(restored, 'UPDATE_IN_PROGRESS');
    stack.env.remove(changed);
    stack.env.put(current);
    try {
      authorize(stack, 'update', current);
      await hooks.updated(current, changed, stack.env, stack.env.cloud.signal);
    } catch (error: any) {
      stack.mark(restored, 'UPDATE_FAILED', error.message);
      throw error;
    }
    stack.mark(restored, 'UPDATE_COMPLETE');
  }

  /** A resource whose creation the stack's role may not ask for was never made. */
  private permitted(made: Resource): Resource {
    try {
      authorize(this.stack, 'create', made);
      return made;
    } catch (error) {
      this.stack.env.remove(made);
      throw error;
    }
  }

  private checkPolicy(action: PolicyAction, { logicalId, type }: StackResource): void {
    const denied = denial(this.stack.policy, action, logicalId, type);
    if (denied) throw new Error(denied);
  }

  /** Runs an action on a resource; its failure, or one elsewhere meanwhile, fails the resource. */
  private async attempt(
    record: StackResource,
    verb: 'CREATE' | 'UPDATE',
    action: (signal: AbortSignal) => Promise<void>,
  ) {
    const { signal } = this.controller;
    const cancelled = verb === 'CREATE' ? 'Resource creation cancelled' : 'Resource update cancelled';
    // Resources that wait for the same one begin together: a failure of one cancels the others, as on AWS.
    await new Promise((turn) => setImmediate(turn));
    try {
      if (signal.aborted) throw new Error(cancelled);
      await action(signal);
      if (signal.aborted) throw new Error(cancelled);
    } catch (error: any) {
      const reason = signal.aborted ? cancelled : error.message;
      this.controller.abort();
      this.stack.mark(record, `${verb}_FAILED`, reason);
      throw new Error(reason, { cause: error });
    }
  }
}
