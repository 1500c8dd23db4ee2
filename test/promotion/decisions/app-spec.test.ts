import { AppSpec, taskDefinitionIn } from '../../../promotion/decisions/app-spec';
import { api, liveApi } from './revisions';

describe('AppSpec', () => {
  const service = { name: 'payment-api', port: 8080 };

  test('repeats what the live service has', () => {
    expect(new AppSpec(api.new, service, liveApi(api.old)).toJSON()).toEqual({
      version: 0,
      Resources: [
        {
          TargetService: {
            Type: 'AWS::ECS::Service',
            Properties: {
              TaskDefinition: api.new,
              LoadBalancerInfo: { ContainerName: 'payment-api', ContainerPort: 8080 },
              PlatformVersion: '1.4.0',
              NetworkConfiguration: {
                AwsvpcConfiguration: { Subnets: ['subnet-1'], SecurityGroups: ['sg-1'], AssignPublicIp: 'DISABLED' },
              },
              CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Base: 2, Weight: 1 }],
            },
          },
        },
      ],
    });
  });

  test('asks the task set that serves for what the service does not tell', () => {
    const { networkConfiguration, capacityProviderStrategy, platformVersion } = liveApi(api.old);
    const told = { networkConfiguration, capacityProviderStrategy, platformVersion };
    const ofTaskSet = new AppSpec(api.new, service, {
      capacityProviderStrategy: [],
      taskSets: [{ status: 'ACTIVE' }, { status: 'PRIMARY', ...told }],
    });
    expect(ofTaskSet.toJSON()).toEqual(new AppSpec(api.new, service, told).toJSON());
  });

  test('fills what ECS leaves out, and leaves out what the service has not', () => {
    const sparse = new AppSpec(api.new, service, {
      networkConfiguration: { awsvpcConfiguration: { subnets: undefined } },
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }],
    });
    expect(sparse.toJSON().Resources[0].TargetService.Properties).toMatchObject({
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [], SecurityGroups: [], AssignPublicIp: 'DISABLED' } },
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Base: 0, Weight: 0 }],
    });
    const bare = new AppSpec(api.new, service, {}).toJSON().Resources[0].TargetService.Properties;
    expect(Object.keys(bare)).toEqual(['TaskDefinition', 'LoadBalancerInfo']);
  });

  test("its text names its task definition, and its hash is the text's", () => {
    const { revision } = new AppSpec(api.new, service, {});
    expect(taskDefinitionIn(revision.appSpecContent.content)).toBe(api.new);
    expect(revision.appSpecContent.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(revision.appSpecContent.sha256).not.toBe(new AppSpec(api.old, service, {}).sha256);
  });

  test.each([
    undefined,
    'version: 0',
    '{}',
    '{"Resources":[]}',
    '{"Resources":[{}]}',
    '{"Resources":[{"TargetService":{}}]}',
  ])('no task definition is found in %j', (text) => expect(taskDefinitionIn(text)).toBeUndefined());
});
