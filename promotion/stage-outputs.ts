import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { hasData } from '../declarations/effective';
import type {
  BlueGreenOutputs,
  DatabaseOutputs,
  NetworkOutputs,
  ObservabilityOutputs,
  PlatformOutputs,
  SecretOutputs,
  ServiceOutputs,
} from '../declarations/outputs';
import type { Service } from '../declarations/system';
import { type Revisions, revisionsIn } from './revisions';
import type { Stage } from './stage';

/** Outputs that a stack need not have. */
type Optional<T> = { [Key in keyof T]-?: undefined extends T[Key] ? Key : never }[keyof T];

/** Reads what the stacks of a stage told when they were deployed. Each stack is asked once. */
export class StageOutputs {
  private readonly read = new Map<string, Promise<Record<string, string>>>();

  constructor(
    private readonly cloudFormation: CloudFormationClient,
    private readonly stage: Pick<Stage, 'names' | 'system'>,
    /** What services shall run instead of what their stacks deployed. */
    private readonly instead: Revisions = revisionsIn(process.env),
  ) {}

  network = () => this.of<NetworkOutputs>('network', 'IsolatedSubnetIds', 'EndpointIds');
  platform = () => this.of<PlatformOutputs>('platform');
  service = ({ name }: Pick<Service, 'name'>) => this.of<ServiceOutputs>(name);
  blueGreen = ({ name }: Pick<Service, 'name'>) => this.of<BlueGreenOutputs>(name);

  /** Of the secrets and their key; undefined where the system has no data. */
  data = async () => (hasData(this.stage.system) ? this.of<SecretOutputs>('data', 'SecretArns') : undefined);
  /** Undefined where the system has no database. */
  database = async () => (this.stage.system.database ? this.of<DatabaseOutputs>('data') : undefined);
  /** Undefined where the system has no dashboard. */
  observability = async () =>
    this.stage.system.dashboard ? this.of<ObservabilityOutputs>('observability') : undefined;

  private async of<T extends object>(kind: string, ...optional: Optional<T>[]): Promise<T> {
    const stackName = this.stage.names.stack(kind);
    const known = this.read.get(stackName) ?? stackOutputs(this.cloudFormation, stackName);
    this.read.set(stackName, known);
    return withNamedGaps(stackName, { ...(await known), ...this.instead[kind] }, optional) as T;
  }
}

async function stackOutputs(cloudFormation: CloudFormationClient, stackName: string): Promise<Record<string, string>> {
  const { Stacks } = await cloudFormation
    .send(new DescribeStacksCommand({ StackName: stackName }))
    .catch((cause: Error) => {
      throw new Error(`The outputs of stack ${stackName} cannot be read: ${cause.message}`, { cause });
    });
  return Object.fromEntries((Stacks?.[0]?.Outputs ?? []).map((o) => [o.OutputKey, o.OutputValue]));
}

/** A missing output is an error where it is read, with the stack's name, instead of an undefined that travels on. */
function withNamedGaps(stackName: string, outputs: Record<string, string>, optional: PropertyKey[]): object {
  const get = (known: Record<string, string>, key: string | symbol): string | undefined => {
    // A promise's resolution and Jest's printing look for these on any object.
    if (typeof key === 'symbol' || key === 'then' || key === 'toJSON') return undefined;
    const value = known[key];
    if (value === undefined && !optional.includes(key)) {
      throw new Error(`Stack ${stackName} has no output '${key}'. It has: ${Object.keys(known).join(', ') || 'none'}`);
    }
    return value;
  };
  return new Proxy(outputs, { get });
}
