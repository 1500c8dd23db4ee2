import { sizeIn, tasksIn } from '../stacks/required';
import { type Expected, per, type Proof, type Topic } from './row';

const service = (requirement: string, type: string, property: string, is: Expected, id?: string): Proof => ({
  requirement,
  of: 'every service',
  type,
  id,
  property,
  is,
});
const containers = (what: string) => `ContainerDefinitions[Name={service}].${what}`;

/** The table 'Environments'; numbers of tasks and sizes are those of the systems' tables, put into the environment. */
export const environments: Topic = {
  topic: 'Environments',
  rows: [
    {
      requirement: 'NAT gateways: 1, 1, one a zone',
      stack: 'network',
      type: 'AWS::EC2::NatGateway',
      property: 'SubnetId',
      all: ({ environment, zones }) =>
        (environment === 'prod' ? zones : ['a']).map((_, i) => `network.VpcpublicSubnet${i + 1}Subnet`),
    },
    {
      requirement: 'private subnets lead to the NAT gateway of their zone, or to the only one',
      stack: 'network',
      type: 'AWS::EC2::Route',
      id: 'Vpcprivate*',
      property: 'NatGatewayId',
      all: ({ environment, zones }) =>
        zones.map((_, i) => `network.VpcpublicSubnet${environment === 'prod' ? i + 1 : 1}NATGateway`),
    },
    service(
      'tasks per service: 1; 2, or the table’s minimum if lower; the table',
      'AWS::ApplicationAutoScaling::ScalableTarget',
      'MinCapacity',
      ({ row, environment }) => tasksIn(row, environment)[0],
    ),
    service(
      'tasks scale to 3 in dev, to the table’s maximum otherwise',
      'AWS::ApplicationAutoScaling::ScalableTarget',
      'MaxCapacity',
      ({ row, environment }) => tasksIn(row, environment)[1],
    ),
    service(
      'task size: half the table’s, 0.5 vCPU at least; the table; the table: CPU units',
      'AWS::ECS::TaskDefinition',
      'Cpu',
      ({ row, environment }) => String(sizeIn(row, environment)[0]),
    ),
    service(
      'task size: half the table’s, 1 GB at least; the table; the table: MiB',
      'AWS::ECS::TaskDefinition',
      'Memory',
      ({ row, environment }) => String(sizeIn(row, environment)[1]),
    ),
    service('ECS Exec: on, on, off', 'AWS::ECS::Service', 'EnableExecuteCommand', per(true, true, false)),
    {
      requirement: 'ECS Exec: on, on, off: what tasks may for it',
      of: 'every service',
      type: 'View::Statement',
      id: 'RolesTask',
      where: { Policy: 'ExecuteCommand' },
      property: 'Actions',
      all: ({ environment }) =>
        environment === 'prod'
          ? []
          : [
              ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'].map(
                (action) => `ssmmessages:${action}`,
              ),
            ],
    },
    service(
      'root file system read-only where ECS Exec is off',
      'AWS::ECS::TaskDefinition',
      containers('ReadonlyRootFilesystem'),
      per(false, false, true),
    ),
    {
      requirement: 'approval before: no, yes, yes; a person approves before staging and before prod',
      stack: 'pipeline',
      type: 'View::Pipeline',
      property: 'Approved',
      is: ['staging', 'prod'],
    },
    {
      requirement: 'traffic shift: all at once, linear, linear',
      of: 'public services',
      type: 'AWS::CodeDeploy::DeploymentGroup',
      property: 'DeploymentConfigName',
      is: per(
        'CodeDeployDefault.ECSAllAtOnce',
        'CodeDeployDefault.ECSLinear10PercentEvery1Minutes',
        'CodeDeployDefault.ECSLinear10PercentEvery1Minutes',
      ),
    },
    {
      requirement: 'on destroy: everything goes, everything goes, data retained and protected',
      proved: [{ in: 'test/requirements/common/destroy.ts', by: 'in dev everything goes, prod retains' }],
    },
  ],
};
