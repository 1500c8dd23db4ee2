// Whom the role for GitHub admits, decided by policy evaluation.
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { GitHubAccess } from '../../../pipeline/github-access';
import { readConfiguration } from '../../../stages/configuration';
import { evaluate } from '../../cloud/iam/evaluate';
import type { PolicyDocument } from '../../cloud/iam/policy';

const provider = 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com';

/** Trust policies of the roles, as the pipeline's stack has them. */
function trusts(repositoryIds?: { owner: number; name: number }): PolicyDocument[] {
  const stack = new Stack(new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': false } }), 'stack');
  const base = { ...readConfiguration(), repository: 'acme/pay', branch: 'main', githubProviderArn: provider };
  const configuration = readConfiguration({ ...base, ...(repositoryIds && { repositoryIds }) });
  new GitHubAccess(stack, 'Access', {
    configuration,
    pipelineName: 'pay',
    environments: [{ account: '222222222222', region: 'us-east-1' }],
  });
  const roles = Template.fromStack(stack).findResources('AWS::IAM::Role');
  return Object.values(roles).map(({ Properties }) => Properties.AssumeRolePolicyDocument as PolicyDocument);
}

interface Token {
  sub?: string;
  aud?: string;
  /** ARN of the provider that made it. */
  by?: string;
}
/** Whether a token lets into any of the roles. */
function admits(documents: PolicyDocument[], { sub, aud, by = provider }: Token): boolean {
  const context = Object.fromEntries(
    Object.entries({ sub, aud }).flatMap(([claim, value]) =>
      value === undefined ? [] : [[`token.actions.githubusercontent.com:${claim}`, value]],
    ),
  );
  return documents.some((trust, i) => {
    const request = {
      action: 'sts:AssumeRoleWithWebIdentity',
      resource: `arn:aws:iam::111111111111:role/role-${i}`,
      principal: { kind: 'Federated' as const, name: by },
      context,
    };
    return evaluate(request, { identity: [], resource: trust, isResourcePolicyRequired: true }).isAllowed;
  });
}

const aud = 'sts.amazonaws.com';
const named = trusts();
const numbered = trusts({ owner: 12, name: 345 });

test('there are three roles: to deliver, to see how deliveries go on, and to look for drift', () => {
  expect(named).toHaveLength(3);
});

describe.each([
  ['by names', named, 'repo:acme/pay:ref:refs/heads/main'],
  ['by names, where ids are known', numbered, 'repo:acme/pay:ref:refs/heads/main'],
  ['by ids', numbered, 'repo:acme@12/pay@345:ref:refs/heads/main'],
])('%s', (_, documents, sub) => {
  test('the branch of the repository is admitted to each role', () => {
    for (const one of documents) expect(admits([one], { sub, aud })).toBe(true);
  });

  test.each([
    ['no audience', { sub }],
    ['another audience', { sub, aud: 'https://github.com/acme' }],
    ['no subject', { aud }],
    ['a token of another provider', { sub, aud, by: provider.replace('token.actions', 'other') }],
    ['another branch', { sub: sub.replace('main', 'other'), aud }],
    ['a branch whose name begins alike', { sub: `${sub}-2`, aud }],
    ['a tag', { sub: sub.replace('heads', 'tags'), aud }],
    ['an environment', { sub: sub.replace('ref:refs/heads/main', 'environment:main'), aud }],
    ["a pull request, a fork's included", { sub: sub.replace('ref:refs/heads/main', 'pull_request'), aud }],
    ['a fork', { sub: sub.replace('acme', 'mallory'), aud }],
    ['another repository of the owner', { sub: sub.replace('pay', 'payroll'), aud }],
    ['an owner whose name ends alike', { sub: sub.replace('acme', 'x-acme'), aud }],
    ['other letters', { sub: sub.replace('acme', 'ACME'), aud }],
    ['a wildcard as a claim', { sub: 'repo:*', aud }],
  ] as [string, Token][])('%s is refused', (_case, token) => {
    expect(admits(documents, token)).toBe(false);
  });
});

test.each([
  ["the owner's name taken over by another account", 'repo:acme@13/pay@345:ref:refs/heads/main'],
  ['the repository made anew', 'repo:acme@12/pay@346:ref:refs/heads/main'],
])('%s is refused by its ids', (_, sub) => {
  expect(admits(numbered, { sub, aud })).toBe(false);
});

test('ids that the configuration does not know are refused', () => {
  expect(admits(named, { sub: 'repo:acme@12/pay@345:ref:refs/heads/main', aud })).toBe(false);
});
