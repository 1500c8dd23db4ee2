import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import { bootstrapRole } from '../../declarations/bootstrap';
import { Names } from '../../declarations/names';
import { deliveredParameter, onDelivered } from './delivered';
import { buildRole, mayAssume, roleArnInStage, stageVariables, type StageTarget } from './stage-target';

/**
 * Reads a stack's prepared change set, between its preparation and its execution, and refuses what would hurt.
 * On the first delivery the stage's own roles do not exist, so it reads in the role that bootstrapping made for look-ups:
 * it has AWS's ReadOnlyAccess, which allows secretsmanager:Describe*, and may not decrypt. Source: the CLI's bootstrap
 * template; the managed policy ReadOnlyAccess, v87.
 *
 * Before a service's stack it also waits for those of the service's secrets whose values a person sets.
 */
export class ChangeGuard extends CodeBuildStep {
  constructor(target: StageTarget, stackName: string) {
    const { scope, system, environment } = target;
    const lookupRole = bootstrapRole('lookup-role', environment);
    const role = mayAssume(buildRole(scope, `Role-guard-${stackName}`), roleArnInStage(target, lookupRole));
    // Which commit the environment runs decides whether an exception holds.
    if (environment.exceptions.some(({ stack }) => stack === stackName)) {
      role.addToPolicy(onDelivered(scope, system, [environment], 'ssm:GetParameter'));
    }
    super('guard', {
      input: target.assembly,
      commands: [
        ['node programs/change-guard.js', '--stack', stackName, ...secretOptions(target, stackName)].join(' '),
      ],
      env: {
        ...stageVariables(target, lookupRole),
        RETAIN_DATA: String(environment.retainData),
        DELIVERED: deliveredParameter(system, environment),
      },
      role,
    });
  }
}

/** Names the external secrets that the tasks of the stack's service receive. */
function secretOptions({ system, environment }: StageTarget, stackName: string): string[] {
  const names = new Names(system, environment);
  const service = system.services.find(({ name }) => names.stack(name) === stackName);
  const received = Object.values(service?.secrets ?? {});
  return system.secrets
    .filter(({ name, value }) => value === 'external' && received.includes(name))
    .flatMap((secret) => ['--secret', names.secret(secret)]);
}
