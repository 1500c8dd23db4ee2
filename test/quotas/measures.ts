import type { SynthesizedEnvironment, SynthesizedStack, SynthesizedSystem } from '../../scripts/cost/synthesis';
import { resourcesOf, type Resource } from '../../scripts/cost/template';
import type { QuotaName } from './quotas';
import { lengthOf, rendered } from './rendered';

type Properties = NonNullable<Resource['Properties']>;
export interface Measured {
  quota: QuotaName;
  value: number;
  /** Where the largest one is. */
  where: string;
}

/** How much of each quota the system uses: where several count, the one that uses most. */
export function measure(system: SynthesizedSystem): Measured[] {
  const { pipeline, environments } = system;
  const all = [pipeline, ...environments.flatMap(({ stacks }) => stacks)];
  const found = [
    ...all.flatMap(ofStack),
    ...ofPipeline(pipeline),
    ...environments.flatMap(ofEnvironment),
    ...ofEnvironment({ environment: { name: 'tooling' }, stacks: [pipeline] }),
  ];
  const most = new Map<QuotaName, Measured>();
  for (const one of found) {
    const before = most.get(one.quota);
    if (!before || one.value > before.value) most.set(one.quota, one);
  }
  return [...most.values()];
}

function ofStack({ name, template, text }: SynthesizedStack): Measured[] {
  const parts = template as Record<string, object | undefined>;
  const count = (section: string) => Object.keys(parts[section] ?? {}).length;
  const measured = (quota: QuotaName, value: number, where = name): Measured => ({ quota, value, where });
  const each = (type: string) =>
    Object.entries(template.Resources ?? {}).filter(([, resource]) => resource.Type === type) as [string, Resource][];
  const lengths = (quota: QuotaName, type: string, property: string) =>
    each(type)
      .filter(([, { Properties: p }]) => p?.[property] !== undefined)
      .map(([id, { Properties: p }]) => measured(quota, lengthOf(p![property]), `${name}/${id}`));
  return [
    measured('CloudFormation: resources in a template', count('Resources')),
    measured('CloudFormation: outputs in a template', count('Outputs')),
    measured('CloudFormation: parameters in a template', count('Parameters')),
    measured('CloudFormation: mappings in a template', count('Mappings')),
    measured('CloudFormation: bytes of a template', Buffer.byteLength(text)),
    measured('CloudFormation: dynamic references in a template', text.split('{{resolve:').length - 1),
    measured('CloudFormation: characters of a stack name', name.length),
    measured('CloudFormation: characters of a description', String(parts.Description ?? '').length),
    ...ofRoles(name, each),
    ...lengths('IAM: characters of a trust policy', 'AWS::IAM::Role', 'AssumeRolePolicyDocument'),
    ...lengths('IAM: characters of a role name', 'AWS::IAM::Role', 'RoleName'),
    ...lengths('KMS: bytes of a key policy', 'AWS::KMS::Key', 'KeyPolicy'),
    ...lengths('S3: bytes of a bucket policy', 'AWS::S3::BucketPolicy', 'PolicyDocument'),
    ...lengths('ECS: bytes of a task definition', 'AWS::ECS::TaskDefinition', 'ContainerDefinitions'),
    ...lengths('CloudWatch: characters of a dashboard', 'AWS::CloudWatch::Dashboard', 'DashboardBody'),
    ...lengths('ALB: characters of a target group name', 'AWS::ElasticLoadBalancingV2::TargetGroup', 'Name'),
    ...lengths('ALB: characters of a load balancer name', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'Name'),
    ...each('AWS::Lambda::Function').map(([id, { Properties: p }]) =>
      measured('Lambda: bytes of inline code', lengthOf(p!.Code.ZipFile ?? ''), `${name}/${id}`),
    ),
  ];
}

/** A role's inline policies share one quota, its own and those attached to it. */
function ofRoles(stack: string, each: (type: string) => [string, Resource][]): Measured[] {
  return each('AWS::IAM::Role').flatMap(([id, { Properties: role = {} }]): Measured[] => {
    const attached = each('AWS::IAM::Policy').filter(([, { Properties: p }]) =>
      (p!.Roles as unknown[]).some((r) => JSON.stringify(r) === JSON.stringify({ Ref: id })),
    );
    const own = ((role.Policies ?? []) as Properties[]).map((p) => p.PolicyDocument);
    const documents = [...own, ...attached.map(([, { Properties: p }]) => p!.PolicyDocument)];
    const where = `${stack}/${String(rendered(role.RoleName ?? id))}`;
    return [
      {
        quota: 'IAM: characters of the inline policies of a role',
        value: documents.reduce<number>((sum, document) => sum + lengthOf(document), 0),
        where,
      },
      { quota: 'IAM: managed policies of a role', value: (role.ManagedPolicyArns ?? []).length, where },
    ];
  });
}

function ofPipeline({ name, template }: SynthesizedStack): Measured[] {
  const stages = resourcesOf([template], 'AWS::CodePipeline::Pipeline').flatMap(({ Stages }): Properties[] => Stages);
  const actions = stages.flatMap((stage) =>
    (stage.Actions as Properties[]).map(
      (action) => ({ ...action, where: `${stage.Name}/${action.Name}` }) as Properties,
    ),
  );
  return [
    { quota: 'CodePipeline: stages', value: stages.length, where: name },
    { quota: 'CodePipeline: actions', value: actions.length, where: name },
    ...stages.flatMap((stage): Measured[] => [
      { quota: 'CodePipeline: actions in a stage', value: stage.Actions.length, where: stage.Name },
      { quota: 'CodePipeline: characters of a stage name', value: stage.Name.length, where: stage.Name },
    ]),
    ...actions.flatMap(({ where, ...action }): Measured[] => [
      ...Object.entries(action.Configuration ?? {}).map(([key, value]) => ({
        quota: 'CodePipeline: characters of an action configuration value' as const,
        value: lengthOf(value),
        where: `${where}/${key}`,
      })),
      { quota: 'CodePipeline: characters of an action name', value: action.Name.length, where },
      { quota: 'CodePipeline: input artifacts of an action', value: (action.InputArtifacts ?? []).length, where },
      { quota: 'CodePipeline: output artifacts of an action', value: (action.OutputArtifacts ?? []).length, where },
    ]),
  ];
}

function ofEnvironment({
  environment: { name: where },
  stacks,
}: {
  environment: Pick<SynthesizedEnvironment['environment'], 'name'>;
  stacks: SynthesizedStack[];
}): Measured[] {
  const templates = stacks.map(({ template }) => template);
  const of = (type: string) => resourcesOf(templates, type);
  const measured = (quota: QuotaName, value: number, of = where): Measured => ({ quota, value, where: of });
  const rules = of('AWS::ElasticLoadBalancingV2::ListenerRule');
  const services = of('AWS::ECS::Service');
  const most = of('AWS::ApplicationAutoScaling::ScalableTarget').map(({ MaxCapacity }) => Number(MaxCapacity));
  // Blue and green run beside each other while traffic shifts.
  const tasks = most.reduce((sum, maximum) => sum + 2 * maximum, 0);
  return [
    measured('CloudFormation: stacks in an account', stacks.length),
    measured('ALB: rules', rules.length),
    measured('ALB: target groups', of('AWS::ElasticLoadBalancingV2::TargetGroup').length),
    measured('ALB: listeners', of('AWS::ElasticLoadBalancingV2::Listener').length),
    measured('ALB: targets', tasks),
    ...rules.map(({ Conditions }) =>
      measured(
        'ALB: condition values of a rule',
        (Conditions as Properties[]).flatMap((c) =>
          Object.values(c).flatMap((config): unknown[] => config?.Values ?? []),
        ).length,
      ),
    ),
    measured('ECS: services in a cluster', services.length),
    ...most.map((maximum) => measured('ECS: tasks of a service with service discovery', 2 * maximum)),
    ...of('AWS::ECS::TaskDefinition').map((d) =>
      measured('ECS: containers of a task definition', d.ContainerDefinitions.length, `${where}/${d.Family}`),
    ),
    ...services.flatMap((service) => {
      const { SecurityGroups, Subnets } = service.NetworkConfiguration.AwsvpcConfiguration;
      return [
        measured('ECS: security groups of a service', SecurityGroups.length, `${where}/${service.ServiceName}`),
        measured('ECS: subnets of a service', Subnets.length, `${where}/${service.ServiceName}`),
        measured('ECS: target groups of a service', (service.LoadBalancers ?? []).length),
      ];
    }),
    measured('IAM: roles in an account', of('AWS::IAM::Role').length),
    ...ofSecurityGroups(where, stacks),
    measured('EC2: security groups in a region', of('AWS::EC2::SecurityGroup').length),
    measured('EC2: subnets of a VPC', of('AWS::EC2::Subnet').length),
    measured('EC2: elastic addresses in a region', of('AWS::EC2::EIP').length),
    measured(
      'EC2: interface endpoints of a VPC',
      of('AWS::EC2::VPCEndpoint').filter((e) => e.VpcEndpointType === 'Interface').length,
    ),
    // Two of each scaling policy beside the declared ones.
    measured(
      'CloudWatch: alarms in a region',
      of('AWS::CloudWatch::Alarm').length + 2 * of('AWS::ApplicationAutoScaling::ScalingPolicy').length,
    ),
    ...of('AWS::CloudWatch::Alarm').map((a) =>
      measured(
        'CloudWatch: metrics of an alarm',
        (a.Metrics ?? [1]).length,
        `${where}/${String(rendered(a.AlarmName))}`,
      ),
    ),
    measured('CodeDeploy: groups of an application', of('AWS::CodeDeploy::DeploymentGroup').length),
    ...of('AWS::CodeDeploy::DeploymentGroup').map((g) =>
      measured('CodeDeploy: alarms of a group', (g.AlarmConfiguration?.Alarms ?? []).length),
    ),
    measured('Cloud Map: instances in a namespace', tasks),
    measured('RDS: instances of an Aurora cluster', of('AWS::RDS::DBInstance').length),
  ];
}

/** Rules of a security group: its own, and those that other resources, of other stacks too, add to it. */
function ofSecurityGroups(environment: string, stacks: SynthesizedStack[]): Measured[] {
  const resources = stacks.flatMap(({ template }) => Object.entries(template.Resources ?? {}));
  const groups = resources.filter(([, { Type }]) => Type === 'AWS::EC2::SecurityGroup');
  const added = (type: string, id: string) =>
    resources.filter(
      ([, { Type, Properties }]) =>
        Type === type &&
        JSON.stringify(Properties!.GroupId)
          .match(/\w+/g)!
          .some((word) => word.includes(id)),
    ).length;
  return groups.flatMap(([id, { Properties: group = {} }]): Measured[] => {
    const where = `${environment}/${id}`;
    const inbound = (group.SecurityGroupIngress ?? []).length + added('AWS::EC2::SecurityGroupIngress', id);
    const outbound = (group.SecurityGroupEgress ?? []).length + added('AWS::EC2::SecurityGroupEgress', id);
    return [
      { quota: 'EC2: inbound rules of a security group', value: inbound, where },
      { quota: 'EC2: outbound rules of a security group', value: outbound, where },
    ];
  });
}
