// What several resources say together, or a resource says in a text of its own: as resources of types that begin with 'View::'.
import { ofType, securityRules } from './security-rules';
import type { Found } from './stage';
import { takesNoResource } from '../templates/without-resource';

type Properties = Record<string, unknown>;
const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/**
 * View::Stack: the stack itself. View::Tags: a resource's tags as an object. View::Rule: a rule of a
 * security group. View::Statement: a statement of a role's policies. View::Container: where a
 * container's image is from. View::Metric: a metric of a dashboard. View::Pipeline: its
 * stages, which of them a person approves, and the order of their actions.
 */
export function viewsOf(resources: readonly Found[], stack: Properties): Found[] {
  return [
    { Type: 'View::Stack', id: String(stack.Name), Properties: stack },
    ...resources.filter((r) => r.Properties.Tags).map(tags),
    ...securityRules(resources),
    ...resources.flatMap(statements),
    ...ofType(resources, 'AWS::ECS::TaskDefinition').flatMap(containers),
    ...ofType(resources, 'AWS::CloudWatch::Dashboard').flatMap(metrics),
    ...ofType(resources, 'AWS::CodePipeline::Pipeline').map(pipeline),
  ];
}

function tags({ Type, id, Properties: { Tags } }: Found): Found {
  const all = Array.isArray(Tags) ? Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) : Tags;
  return { Type: 'View::Tags', id, Properties: { Type, ...(all as Properties) } };
}

interface Policy {
  PolicyName: string;
  PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] };
}
function statements({ Type, id, Properties }: Found): Found[] {
  const attached = Type === 'AWS::IAM::Policy' ? [Properties as unknown as Policy] : [];
  const inline = Type === 'AWS::IAM::Role' ? list(Properties.Policies as Policy[]) : [];
  return [...attached, ...inline].flatMap(({ PolicyName, PolicyDocument }) =>
    PolicyDocument.Statement.map(({ Action, Resource }) => ({
      Type: 'View::Statement',
      id,
      Properties: {
        Policy: PolicyName,
        Actions: list(Action).sort(),
        Resources: list(Resource),
        Needless: list(Resource).includes('*') ? list(Action).filter((action) => !takesNoResource(action)) : [],
      },
    })),
  );
}

const containers = ({ id, Properties: { ContainerDefinitions } }: Found): Found[] =>
  (ContainerDefinitions as { Name: string; Image: string }[]).map(({ Name, Image }) => ({
    Type: 'View::Container',
    id,
    Properties: { Name, Repository: Image.split(':')[0] },
  }));

/** A metric as what it is, 'AWS/ECS CPUUtilization', and the values of its dimensions. */
function metrics({ id, Properties: { DashboardBody } }: Found): Found[] {
  const { widgets } = JSON.parse(String(DashboardBody)) as { widgets: { properties: { metrics?: unknown[][] } }[] };
  return widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .map(([namespace, name, ...rest]) => {
      const Of = rest.filter((part) => typeof part === 'string').filter((_, i) => i % 2);
      return { Type: 'View::Metric', id, Properties: { Name: [namespace, name].join(' '), Of } };
    });
}

interface Action {
  Name: string;
  RunOrder: number;
  ActionTypeId: { Provider: string };
}
interface Stage {
  Name: string;
  Actions: Action[];
}
const isApproval = ({ ActionTypeId }: Action) => ActionTypeId.Provider === 'Manual';

/** Tells the person who approves what would change, and changes nothing. */
const isChanges = ({ Name }: Action) => Name === 'changes';

/** Does a person approve before any action runs that changes something? */
function beginsWithApproval({ Actions }: Stage): boolean {
  const approval = Actions.find(isApproval);
  return (
    approval !== undefined && Actions.every((a) => a === approval || isChanges(a) || a.RunOrder > approval.RunOrder)
  );
}

function pipeline({ id, Properties }: Found): Found {
  const stages = Properties.Stages as Stage[];
  return {
    Type: 'View::Pipeline',
    id,
    Properties: {
      Stages: stages.map(({ Name }) => Name),
      Approved: stages.filter(beginsWithApproval).map(({ Name }) => Name),
      Orders: Object.fromEntries(stages.map((stage) => [stage.Name, orderIn(stage)])),
    },
  };
}

/** Names of the actions that run at once, in the order in which they run; approvals are told beside. */
function orderIn({ Actions }: Stage): string[][] {
  const orders = new Map<number, string[]>();
  for (const action of Actions.filter((a) => !isApproval(a)))
    orders.set(action.RunOrder, [...(orders.get(action.RunOrder) ?? []), action.Name]);
  return [...orders].sort(([a], [b]) => a - b).map(([, names]) => names.sort());
}
