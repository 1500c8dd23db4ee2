// Two steps with their roles, in a cloud that runs nothing.
import { decide } from '../../cloud/access/authorize';
import { sessionOf } from '../../cloud/access/services';
import { Cloud } from '../../cloud/state';
import type { Action } from '../../runner/definition';
import { putRole } from '../core/roles';

const account = '111111111111';

export const allowed = (...actions: string[]) => ({
  Effect: 'Allow',
  Action: actions.length === 1 ? actions[0]! : actions,
  Resource: '*',
});

export const action = (name: string, stage = 'dev'): Action => ({
  ...{ stage, name, category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1', runOrder: 1 },
  ...{ configuration: { ProjectName: name }, inputs: [], outputs: [] },
});

/** The step 'release' with a role of its own in the stage, which 'live-checks' may take, too. */
export function small() {
  const cloud = new Cloud('/nowhere');
  const tooling = cloud.environment(account, 'us-east-1');
  const put = (name: string, ...Statement: object[]) =>
    putRole(tooling, name, 'codebuild.amazonaws.com', [{ PolicyName: 'Own', PolicyDocument: { Statement } }]);
  const inStage = put('stage-release', allowed('ecs:ListTasks'), allowed('ecs:UpdateService'));
  const lookup = `arn:aws:iam::${account}:role/cdk-hnb659fds-lookup-role`;
  const project = (name: string, variables: Record<string, string>) => {
    const EnvironmentVariables = Object.entries(variables).map(([Name, Value]) => ({ Name, Value }));
    const model = {
      ServiceRole: put(`build-${name}`, allowed('logs:PutLogEvents')),
      Environment: { EnvironmentVariables },
    };
    tooling.put({ type: 'AWS::CodeBuild::Project', id: name, seed: name, properties: {}, model });
  };
  project('release', { STAGE_ROLE_ARN: inStage, STAGE: 'dev' });
  project('live-checks', { STAGE_ROLE_ARN: lookup, RELEASE_ROLE_ARN: inStage });
  /** Asks as that role. */
  const ask = (role: string, name: string) =>
    decide(cloud, sessionOf(`arn:aws:iam::${account}:role/${role}`, 'test'), {
      action: name,
      resource: '*',
      region: 'us-east-1',
    });
  return { cloud, tooling, isAllowed: (role: string, name: string) => ask(role, name).isAllowed };
}
