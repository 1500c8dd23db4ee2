import { AppSpec } from '../../../promotion/decisions/app-spec';
import { takeBack } from '../../../promotion/decisions/take-back';
import { api, liveApi } from './revisions';

test('the command to take back carries the AppSpec of the revision before', () => {
  const before = new AppSpec(api.old, { name: 'payment-api', port: 8080 }, liveApi(api.old));
  const outputs = { DeploymentApplicationName: 'payment-dev', DeploymentGroupName: 'payment-api-dg-dev' };
  const [, create] = takeBack({ service: 'payment-api', revision: api.new, before, outputs }, 'us-east-1');
  const revision = JSON.parse(/--revision '(.*)'$/.exec(create!)![1]!);
  expect(revision).toEqual(before.revision);
  expect(JSON.parse(revision.appSpecContent.content).Resources[0].TargetService.Properties.TaskDefinition).toBe(
    api.old,
  );
});

test('the commands say what serves, what they bring back, where, and that the hold has to be continued', () => {
  const before = new AppSpec(api.old, { name: 'payment-api', port: 8080 }, {});
  const outputs = { DeploymentApplicationName: 'payment-dev', DeploymentGroupName: 'payment-api-dg-dev' };
  expect(takeBack({ service: 'payment-api', revision: api.new, before, outputs }, 'eu-west-1')).toEqual([
    'payment-api serves payment-api-dev:2 now. To take it back to payment-api-dev:1:',
    '  aws deploy create-deployment --region eu-west-1 --application-name payment-dev --deployment-group-name payment-api-dg-dev ' +
      `--revision '${JSON.stringify(before.revision)}'`,
    '  and once that deployment is Ready: aws deploy continue-deployment --region eu-west-1 --deployment-wait-type READY_WAIT --deployment-id <its id>',
  ]);
});
