import { Arn, ArnFormat, type Stack } from 'aws-cdk-lib';
import { stackKinds } from '../../declarations/effective';
import type { Names } from '../../declarations/names';
import type { System } from '../../declarations/system';

/** ARNs of a stage's resources, by rule: what may be done to them is said before they exist. */
export class StageArns {
  /** Does CodeDeploy release any of the services? */
  private readonly shifted: boolean;

  constructor(
    private readonly stack: Stack,
    private readonly names: Names,
    private readonly system: System,
  ) {
    this.shifted = system.services.some((s) => s.release === 'BLUE_GREEN');
  }

  /** An ARN in the stage's account and region. */
  of(service: string, resource: string, resourceName: string, separator: '/' | ':' = '/'): string {
    const arnFormat = separator === ':' ? ArnFormat.COLON_RESOURCE_NAME : ArnFormat.SLASH_RESOURCE_NAME;
    return Arn.format({ service, resource, resourceName, arnFormat }, this.stack);
  }
  /** An ARN of a service that has no regions, or whose names are the account's. */
  global(service: string, resource: string, resourceName: string): string {
    return Arn.format({ service, region: '', resource, resourceName }, this.stack);
  }
  stacks(): string[] {
    return stackKinds(this.system).map((kind) => this.of('cloudformation', 'stack', `${this.names.stack(kind)}/*`));
  }
  /** All services of the stage: nothing else is in its cluster. */
  ecsServices(): string {
    return this.of('ecs', 'service', `${this.names.cluster}/*`);
  }
  /** Roles that ECS starts the tasks of rolling services with. */
  rollingRoles(): string[] {
    const { names } = this;
    return this.system.services
      .filter((s) => s.release === 'ROLLING')
      .flatMap((s) => [names.executionRole(s), names.taskRole(s)])
      .map((role) => this.global('iam', 'role', role));
  }
  serviceLogs(): string[] {
    return this.system.services.map((service) => this.logGroup(this.names.logGroup(service)));
  }
  logGroup(name: string): string {
    return `${this.of('logs', 'log-group', name, ':')}:*`;
  }
  alarmTopic(): string {
    return Arn.format({ service: 'sns', resource: this.names.alarmTopic }, this.stack);
  }
  application(): string {
    return this.of('codedeploy', 'application', this.names.codeDeployApplication, ':');
  }
  /** All deployment groups of the stage's application, where there are any. */
  deploymentGroups(): string[] {
    const all = `${this.names.codeDeployApplication}/*`;
    return this.shifted ? [this.of('codedeploy', 'deploymentgroup', all, ':')] : [];
  }
  /** Secrets Manager ends its ARNs with a hyphen and six characters. RDS names the secrets that it makes for clusters. */
  secrets(): string[] {
    const { secrets, database } = this.system;
    return [
      ...secrets.map((s) => this.of('secretsmanager', 'secret', `${this.names.secret(s)}-??????`, ':')),
      ...(database ? [this.of('secretsmanager', 'secret', 'rds!cluster-*', ':')] : []),
    ];
  }
}
