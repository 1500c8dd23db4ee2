import type { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { synthesized } from '../pipeline/support';
import { configuration } from '../stacks/support';
import { readable, type Template, withoutHash } from './readable';
import type { SystemName } from './row';
import { viewsOf } from './views';

/** A resource, its references readable. */
export interface Found {
  readonly Type: string;
  /** Logical id without its hash. */
  readonly id: string;
  readonly Properties: Record<string, unknown>;
  readonly [beside: string]: unknown;
}
/** Resources by kind of stack. */
export type Stacks = Readonly<Record<string, readonly Found[]>>;

/** A system's pipeline, and its stages by environment. */
export interface Delivery {
  readonly pipeline: Stacks;
  readonly stages: Readonly<Record<string, Stacks>>;
}

const known = new Map<SystemName, Delivery>();
/** What `cdk synth` writes for a system: synthesized once a process. */
export function deliveryOf(system: SystemName): Delivery {
  const delivery = known.get(system) ?? read(synthesized({ configuration, context: { system } }));
  known.set(system, delivery);
  return delivery;
}

function read(assembly: CloudAssembly): Delivery {
  const [pipeline] = assembly.stacks;
  const stages: Record<string, CloudFormationStackArtifact[]> = {};
  for (const stack of assembly.stacksRecursively) {
    const [, environment] = stack.hierarchicalId.split('/');
    if (environment) (stages[environment] ??= []).push(stack);
  }
  return {
    pipeline: stacksOf([pipeline!]),
    stages: Object.fromEntries(Object.entries(stages).map(([environment, stacks]) => [environment, stacksOf(stacks)])),
  };
}

/** 'payment-delivery/dev/network' is the stack 'network'. */
const kindOf = (stack: CloudFormationStackArtifact) => stack.hierarchicalId.split('/')[2] ?? 'pipeline';

function stacksOf(stacks: CloudFormationStackArtifact[]): Stacks {
  const templates = Object.fromEntries(stacks.map((stack) => [kindOf(stack), stack.template as Template]));
  return Object.fromEntries(
    stacks.map((stack) => {
      const kind = kindOf(stack);
      const { account, region } = stack.environment;
      const resources = Object.entries(templates[kind]!.Resources).map(
        ([id, resource]) =>
          ({
            Properties: {},
            ...(readable(resource, { kind, templates, account, region }) as object),
            id: withoutHash(id),
          }) as Found,
      );
      const about = {
        Name: stack.stackName,
        Account: account,
        Region: region,
        TerminationProtection: stack.terminationProtection ?? false,
        Outputs: Object.keys(templates[kind]!.Outputs ?? {}).filter((o) => !o.startsWith('ExportsOutput')),
      };
      return [kind, [...resources, ...viewsOf(resources, about)]];
    }),
  );
}
