import {
  CloudFormationClient,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { protect } from '../../../pipeline/programs/protect';
import { runWork } from './support';

const cloudFormation = mockClient(CloudFormationClient);
const variables = { STAGE: 'prod', RETAIN_DATA: 'true', STAGE_REGION: 'us-east-1', STACKS: 'network platform' };

beforeEach(() => cloudFormation.reset());

test('where data is retained, every stack is protected against deletion, and what it holds against replacement', async () => {
  const { code, said } = await runWork(protect, { variables });
  expect(code).toBe(0);
  expect(said).toContain('platform is protected');
  const protectedStacks = cloudFormation
    .commandCalls(UpdateTerminationProtectionCommand)
    .map(({ args: [{ input }] }) => input);
  expect(protectedStacks).toEqual([
    { StackName: 'network', EnableTerminationProtection: true },
    { StackName: 'platform', EnableTerminationProtection: true },
  ]);
  const [{ input }] = cloudFormation.commandCalls(SetStackPolicyCommand)[0]!.args;
  const [allow, deny] = JSON.parse(input.StackPolicyBody!).Statement;
  expect(allow).toMatchObject({ Effect: 'Allow', Action: 'Update:*' });
  expect(deny).toMatchObject({ Effect: 'Deny', Action: ['Update:Replace', 'Update:Delete'] });
  expect(deny.Condition.StringEquals.ResourceType).toEqual(
    expect.arrayContaining(['AWS::Logs::LogGroup', 'AWS::EC2::VPC']),
  );
});

test('elsewhere the protection is lifted, and it says so', async () => {
  const { code, said } = await runWork(protect, { variables: { ...variables, RETAIN_DATA: 'false' } });
  expect(code).toBe(0);
  expect(said).toContain('platform is not protected: prod retains no data.');
  const calls = cloudFormation.commandCalls(UpdateTerminationProtectionCommand);
  expect(calls.map(({ args: [{ input }] }) => input.EnableTerminationProtection)).toEqual([false, false]);
  const [{ input }] = cloudFormation.commandCalls(SetStackPolicyCommand)[1]!.args;
  expect(JSON.parse(input.StackPolicyBody!).Statement).toEqual([
    { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' },
  ]);
});
