import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { GitHubAccess, trustedSubjects } from '../../pipeline/github-access';
import { readConfiguration } from '../../stages/configuration';
import { quickContext } from '../../scripts/quick-context';
import { type Json, resourcesOf, synthesized, temporaryFolder } from './support';

const { template } = synthesized().getStackByName('payment-delivery') as unknown as {
  template: { Resources: Record<string, Json> };
};
const configuration = readConfiguration();
const roleNamed = (name: string): Json =>
  Object.values(resourcesOf(template, 'AWS::IAM::Role')).find(
    ({ Properties }) => Properties!.RoleName === (name as unknown),
  )!.Properties!;
const statementsIn = ({ Policies }: Json) =>
  (Policies as unknown as { PolicyDocument: { Statement: Record<string, unknown>[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
const role = roleNamed('payment-delivery-github');
const [trust] = role.AssumeRolePolicyDocument!.Statement as unknown as Record<string, unknown>[];

describe('GitHub', () => {
  test('is trusted for one branch of one repository and for the audience of AWS, word for word', () => {
    expect(trust).toMatchObject({
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': [`repo:${configuration.repository}:ref:refs/heads/main`],
        },
      },
    });
    expect(Object.keys(trust!.Condition as object)).toEqual(['StringEquals']);
    expect(JSON.stringify(trust)).not.toContain('*');
  });

  test('may start this pipeline, see how far it is, and do nothing else', () => {
    expect(statementsIn(role)).toEqual([
      { Effect: 'Allow', Action: 'codepipeline:StartPipelineExecution', Resource: expect.anything() as unknown },
      {
        Effect: 'Allow',
        Action: [
          'codepipeline:GetPipelineExecution',
          'codepipeline:ListActionExecutions',
          'codepipeline:ListPipelineExecutions',
        ],
        Resource: expect.anything() as unknown,
      },
    ]);
    expect(JSON.stringify(role.Policies)).toMatch(/:payment-delivery"/);
    expect(JSON.stringify(role.Policies)).not.toContain('*');
  });

  test('may, in the role of the hourly run, see how far it is and do nothing else', () => {
    const follow = roleNamed('payment-delivery-github-follow');
    expect(follow.AssumeRolePolicyDocument).toEqual(role.AssumeRolePolicyDocument);
    expect(statementsIn(follow)).toEqual(statementsIn(role).slice(1));
  });

  test("may, in the role of the nightly run, act in CDK's lookup role of each environment and do nothing else", () => {
    const drift = roleNamed('payment-delivery-github-drift');
    expect(drift.AssumeRolePolicyDocument).toEqual(role.AssumeRolePolicyDocument);
    expect(statementsIn(drift)).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: Object.values(configuration.environments).map(
          ({ account }) => `arn:aws:iam::${account}:role/cdk-hnb659fds-lookup-role-${account}-us-east-1`,
        ),
      },
    ]);
  });

  test('is trusted by numeric ids too, where the configuration knows them', () => {
    expect(
      trustedSubjects({ ...configuration, repository: 'acme/pay', repositoryIds: { owner: 12, name: 345 } }),
    ).toEqual(['repo:acme/pay:ref:refs/heads/main', 'repo:acme@12/pay@345:ref:refs/heads/main']);
  });

  test("is trusted through the account's own provider where it has one, and no second one is made", () => {
    const githubProviderArn = 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com';
    const stack = new Stack(new App({ outdir: temporaryFolder(), context: quickContext }), 'stack');
    new GitHubAccess(stack, 'Access', {
      configuration: readConfiguration({ ...configuration, githubProviderArn }),
      pipelineName: 'payment-delivery',
      environments: [{ account: '222222222222', region: 'us-east-1' }],
    });
    const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Record<string, Json> };
    expect(resourcesOf({ Resources }, 'AWS::IAM::OIDCProvider')).toEqual({});
    expect(JSON.stringify(Resources)).toContain(`{"Federated":"${githubProviderArn}"}`);
    const another = githubProviderArn.replace('token.actions.githubusercontent.com', 'accounts.google.com');
    expect(() => readConfiguration({ ...configuration, githubProviderArn: another })).toThrow(
      /not the ARN of GitHub's identity provider/,
    );
  });

  test('is trusted through a provider of its own otherwise', () => {
    expect(Object.values(resourcesOf(template, 'AWS::IAM::OIDCProvider')).map((p) => p.Properties)).toMatchObject([
      { Url: 'https://token.actions.githubusercontent.com', ClientIdList: ['sts.amazonaws.com'] },
    ]);
    expect(JSON.stringify(trust!.Principal)).toMatch(/^\{"Federated":\{"Fn::GetAtt":\["GitHubAccessProvider/);
  });

  test('cannot be trusted for a pattern of branches', () => {
    expect(() => readConfiguration({ ...configuration, branch: '*' })).toThrow(/branch.*|without wildcards/s);
  });
});
