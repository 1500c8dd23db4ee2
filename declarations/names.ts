import type { Environment } from './environment';
import type { Service, System } from './system';

/** Name of the system's pipeline, and of its stack. */
export const pipelineName = ({ prefix }: Pick<System, 'prefix'>) => `${prefix}-delivery`;

/** Output variable of the action live-checks that tells how many of them passed: whoever follows a delivery shows it. */
export const checksVariable = 'CHECKS';

/** Names have to be known before their resources exist: roles trust by name, programs find stacks by name. */
export class Names {
  constructor(
    private readonly system: Pick<System, 'prefix' | 'logGroupPrefix'>,
    private readonly environment: Pick<Environment, 'name'>,
  ) {}

  private shared = (kind: string) => `${this.system.prefix}-${kind}-${this.environment.name}`;

  get vpc() {
    return this.shared('vpc');
  }
  get cluster() {
    return this.shared('cluster');
  }
  get loadBalancer() {
    return shorten(this.system.prefix, `-alb-${this.environment.name}`, 32);
  }
  get probe() {
    return this.shared('probe');
  }
  /** VPC endpoints and their security group. */
  get endpoints() {
    return this.shared('endpoints');
  }
  /** Security group that all services' tasks carry, where services reach one another. */
  get servicesGroup() {
    return this.shared('services');
  }
  /** Cloud Map private DNS namespace. */
  get namespace() {
    return `${this.system.prefix}-${this.environment.name}.internal`;
  }
  get alarmTopic() {
    return this.shared('alarms');
  }
  get probeRole() {
    return this.shared('probe-role');
  }
  get probeLogGroup() {
    return `/aws/lambda/${this.probe}`;
  }
  /** Flow logs of the VPC. */
  get flowLogGroup() {
    return `/aws/vpc/${this.system.prefix}-${this.environment.name}`;
  }
  get flowLogRole() {
    return this.shared('flow-log-role');
  }
  /** Alias of a customer-managed key, by what it encrypts. */
  keyAlias(encrypts: 'telemetry' | 'database' | 'secrets') {
    return `alias/${this.shared(encrypts)}`;
  }
  get dashboard() {
    return this.shared('dashboard');
  }
  /** Aurora cluster. */
  get database() {
    return this.shared('database');
  }
  get databaseMonitoringRole() {
    return this.shared('database-monitoring-role');
  }
  /** Parameter that holds the host name of the database's writer. */
  get databaseEndpointParameter() {
    return `${this.parameters}/database/endpoint`;
  }
  secret({ name }: { readonly name: string }) {
    return `${name}-${this.environment.name}`;
  }
  /** Begins the names of the stage's parameters, such as the revision last promoted. */
  get parameters() {
    return `/${this.system.prefix}/${this.environment.name}`;
  }
  get codeDeployApplication() {
    return `${this.system.prefix}-${this.environment.name}`;
  }
  /** A stack of the stage, by its kind: see stackKinds. */
  stack(kind: string) {
    return this.shared(kind);
  }
  /** Role in the stage's account that one delivery step assumes. */
  deliveryRole(step: DeliveryStep) {
    return this.shared(`delivery-${step}`);
  }
  /** ECS service and task-definition family. */
  service({ name }: Pick<Service, 'name'>) {
    return `${name}-${this.environment.name}`;
  }
  executionRole({ name }: Pick<Service, 'name'>) {
    return `${name}-exec-role-${this.environment.name}`;
  }
  taskRole({ name }: Pick<Service, 'name'>) {
    return `${name}-task-role-${this.environment.name}`;
  }
  /** Role that CodeDeploy itself works with. */
  codeDeployRole({ name }: Pick<Service, 'name'>) {
    return `${name}-codedeploy-role-${this.environment.name}`;
  }
  /** Parameter that holds the task definition last promoted. */
  promotedParameter({ name }: Pick<Service, 'name'>) {
    return `${this.parameters}/${name}/promoted`;
  }
  alarm({ name }: Pick<Service, 'name'>, measure: string) {
    return `${name}-${measure}-${this.environment.name}`;
  }
  scalingPolicy({ name }: Pick<Service, 'name'>, measure: string) {
    return `${name}-${measure}-scaling-${this.environment.name}`;
  }
  deploymentGroup({ name }: Pick<Service, 'name'>) {
    return `${name}-dg-${this.environment.name}`;
  }
  logGroup({ name }: Pick<Service, 'name'>) {
    return `${this.system.logGroupPrefix}/${name}-${this.environment.name}`;
  }
  targetGroup({ name }: Pick<Service, 'name'>, colour: 'blue' | 'green') {
    return shorten(name, `-tg-${this.environment.name}-${colour}`, 32);
  }
}

/** Steps that act in a stage's account, each by a role of its own. */
export const deliverySteps = ['watch', 'release', 'checks', 'promotion', 'protect'] as const;
export type DeliveryStep = (typeof deliverySteps)[number];

/** Role of a step in the tooling account; the stage's role trusts it by this name. */
export const stepRole = (prefix: string, step: DeliveryStep, environment: string) =>
  `${prefix}-${step}-step-${environment}`;

/** Steps whose work a person may do: what going back takes. */
export const operatorSteps: readonly DeliveryStep[] = ['release', 'checks', 'promotion'];

/** Role of the tooling account with which a person goes back or acts by hand; the stage's roles trust it by this name. */
export const operatorRole = (prefix: string, environment: string) => `${prefix}-operator-${environment}`;

/** Cuts the front of a name so that the whole has at most `length` characters and no two hyphens meet. */
export function shorten(front: string, back: string, length: number): string {
  return front.slice(0, length - back.length).replace(/-+$/, '') + back;
}
