import { deploy } from '../../cloud/cloudformation/engine';
import { topic, world } from './world';

test('functions, conditions, mappings, parameters and short YAML forms', async () => {
  const { env, desired, stack } = await world();
  env.put({ type: 'AWS::SSM::Parameter', id: '/size', seed: '', properties: {}, model: { Value: 'big' } });
  const a = stack('a');
  const template = `
Parameters:
  Size: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /size }
  Env: { Type: String, AllowedValues: [dev, prod] }
Mappings: { Zones: { eu-west-1: { count: three } } }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  Small: !Not [!Condition IsProd]
  Both: !And [!Condition Small, !Or [!Condition IsProd, !Equals [1, 1]]]
Resources:
  T:
    Type: AWS::SNS::Topic
    Condition: Both
    Properties:
      TopicName: !Sub 'x-\${Env}-\${!Raw}-\${AWS::Region}-\${V.QueueName}'
      DisplayName: !If [IsProd, p, !Ref AWS::NoValue]
  Unless: { Type: AWS::SNS::Topic, Condition: IsProd }
  V: { Type: AWS::SQS::Queue }
Outputs:
  Parts: { Value: !Join ['|', [!Select [1, !Split ['-', 'a-b']], !Ref Size, !FindInMap [Zones, !Ref AWS::Region, count], !Select [0, !GetAZs '']]] }
  Name: { Value: !GetAtt T.TopicName, Export: { Name: !Sub '\${AWS::StackName}-t' } }
  Only: { Condition: IsProd, Value: x }
`;
  await deploy(a, desired(template, { Env: 'dev' }));
  expect(a.status).toBe('CREATE_COMPLETE');
  expect([...a.resources.keys()].sort()).toEqual(['T', 'V']);
  expect(a.outputs).toHaveLength(2);
  expect(a.outputs[0]!.value).toBe('b|big|three|eu-west-1a');
  expect(a.outputs[1]!.value).toMatch(/^x-dev-\$\{Raw\}-eu-west-1-a-V-/);
  expect(a.outputs[1]!.exportName).toBe('a-t');
  expect(a.resources.get('T')!.resource!.properties).not.toHaveProperty('DisplayName');
});

test('dynamic references read the parameter store; an unknown one fails the resource', async () => {
  const { env, desired, stack } = await world();
  env.put({ type: 'AWS::SSM::Parameter', id: '/name', seed: '', properties: {}, model: { Value: 'found' } });
  const a = stack('a');
  await deploy(a, desired({ Resources: { T: topic('{{resolve:ssm:/name}}'), U: topic('x-{{resolve:ssm:/name:1}}') } }));
  expect([...a.resources.values()].map((r) => r.resource!.model.TopicName)).toEqual(['found', 'x-found']);
  const b = stack('b');
  await deploy(b, desired({ Resources: { T: topic('{{resolve:ssm:/nothing}}') } }));
  expect(b.status).toBe('ROLLBACK_COMPLETE');
  expect(
    b.resources.get('T')!.reason ?? b.events.find((e) => e.ResourceStatus === 'CREATE_FAILED')!.ResourceStatusReason,
  ).toBe('Parameter /nothing not found.');
});

describe('a template is refused at once for', () => {
  const refusals: [string, object, string][] = [
    [
      'an unknown resource type',
      { X: { Type: 'AWS::SNS::Topik' } },
      'Template format error: Unrecognized resource types: [AWS::SNS::Topik]',
    ],
    [
      'a custom resource that nothing handles',
      { X: { Type: 'Custom::Cleaner' } },
      'runs no custom resource providers, and the template has [Custom::Cleaner]',
    ],
    [
      'a circle',
      { A: topic('a', { DisplayName: { Ref: 'B' } }), B: topic('b', { DisplayName: { Ref: 'A' } }), C: topic() },
      'Circular dependency between resources: [A, B]',
    ],
    [
      'a dependency on nothing',
      { A: { ...topic(), DependsOn: 'Z' } },
      'Template format error: Unresolved resource dependencies [Z] in the Resources block of the template',
    ],
    [
      'an attribute that the type lacks',
      { A: topic('a', { DisplayName: { 'Fn::GetAtt': ['B', 'Nope'] } }), B: topic() },
      'Template error: resource B does not support attribute type Nope in Fn::GetAtt',
    ],
  ];
  test.each(refusals)('%s', async (_, Resources, message) => {
    const { desired } = await world();
    expect(() => desired({ Resources })).toThrow(message);
    expect(() => desired({ Resources })).toThrow(expect.objectContaining({ code: 'ValidationError' }));
  });
});

test('parameters that are absent, unknown or not allowed are refused', async () => {
  const { desired } = await world();
  const template = { Parameters: { Env: { Type: 'String', AllowedValues: ['dev'] } }, Resources: { T: topic() } };
  expect(() => desired(template)).toThrow('Parameters: [Env] must have values');
  expect(() => desired(template, { Env: 'dev', Other: 'x' })).toThrow(
    'Parameters: [Other] do not exist in the template',
  );
  expect(() => desired(template, { Env: 'prod' })).toThrow("Parameter 'Env' must be one of AllowedValues");
});

test('a custom type that a module handles is deployed', async () => {
  const made: string[] = [];
  const { desired, stack } = await world({ 'Custom::Cleaner': { created: ({ id }) => void made.push(id) } });
  const a = stack('a');
  await deploy(a, desired({ Resources: { X: { Type: 'Custom::Cleaner', Properties: { Anything: 1 } } } }));
  expect(a.status).toBe('CREATE_COMPLETE');
  expect(made).toHaveLength(1);
});
