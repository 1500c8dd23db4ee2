import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { revisionsIn } from '../../promotion/revisions';
import { stageNamed } from '../../promotion/stage';
import { StageOutputs } from '../../promotion/stage-outputs';

const cloudFormation = mockClient(CloudFormationClient);
afterAll(() => cloudFormation.restore());

const REVISIONS = JSON.stringify({ 'payment-api': { TaskDefinitionArn: 'arn:2', ImageTag: 'two' } });

test('what serves again stands in for what the stack of its service tells, and for nothing else', async () => {
  const Outputs = Object.entries({ TaskDefinitionArn: 'arn:3', ImageTag: 'three', ServiceName: 'name' }).map(
    ([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }),
  );
  const stack = { StackName: 'x', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' as const, Outputs };
  cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [stack] });
  const outputs = new StageOutputs(new CloudFormationClient({}), stageNamed('dev'), revisionsIn({ REVISIONS }));
  const api = await outputs.service({ name: 'payment-api' });
  expect([api.TaskDefinitionArn, api.ImageTag, api.ServiceName]).toEqual(['arn:2', 'two', 'name']);
  expect((await outputs.service({ name: 'fraud-detection' })).TaskDefinitionArn).toBe('arn:3');
});

test('without the variable the stacks tell what runs', () => expect(revisionsIn({})).toEqual({}));
