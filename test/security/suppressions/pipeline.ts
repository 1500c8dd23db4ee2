import type { Suppressions } from './suppression';

const artifacts = 'AwsSolutions-IAM5[Resource::<Artifacts82DD59A1.Arn>/*]';
const evidence = (file: string, whose = 'evidence') =>
  `AwsSolutions-IAM5[Resource::<Evidence4CC26D68.Arn>/{${whose}}/*/${file}]`;
const inline = ['PCI.DSS.321-IAMNoInlinePolicy'];
const source = ['PCI.DSS.321-CodeBuildProjectSourceRepoUrl'];

/** What the rules find in the stacks of the pipelines. */
export const pipeline: Suppressions[] = [
  {
    reason:
      'CodePipeline makes the names of artifacts anew in each execution, so a role can be given the bucket only. It holds nothing else, ' +
      "objects in it expire after 30 days, and reading one also needs the artifact key's permission, which these roles alone have. Writing is " +
      'granted to the pipeline, its source action and the synthesis.',
    findings: {
      'Pipeline/Pipeline/Role/DefaultPolicy/Resource': [artifacts],
      'Pipeline/Pipeline/Source/Source/CodePipelineActionRole/DefaultPolicy/Resource': [artifacts],
      'Pipeline/UpdatePipeline/SelfMutation/Role/DefaultPolicy/Resource': [artifacts],
      'Role-synth/DefaultPolicy/Resource': [artifacts],
      'Role-commit-check/DefaultPolicy/Resource': [artifacts],
      'Role-images/DefaultPolicy/Resource': [artifacts],
      'Role-attest/DefaultPolicy/Resource': [artifacts],
      'Role-verify-images-{stage}/DefaultPolicy/Resource': [artifacts],
      'Role-changes-{stage}/DefaultPolicy/Resource': [artifacts],
      'Role-guard-{stack}/DefaultPolicy/Resource': [artifacts],
      'Role-watch-{stage}/DefaultPolicy/Resource': [artifacts],
      'Role-release-{stage}/DefaultPolicy/Resource': [artifacts],
      'Role-protect-{stage}/DefaultPolicy/Resource': [artifacts],
      'Role-checks-{stage}/DefaultPolicy/Resource': [artifacts],
      'Role-promotion-{stage}/DefaultPolicy/Resource': [artifacts],
      'Role-keep-images-{stage}/DefaultPolicy/Resource': [artifacts],
    },
  },
  {
    reason:
      "The policy belongs to this one role and goes with it: nobody can attach it elsewhere, and a change of it is a change of this role's " +
      'template, reviewed as one. The role is assumed by AWS services or by GitHub workflows of one branch, never by a person: the rule is about managing the access of people.',
    findings: {
      'GitHubAccess/DriftRole/Resource': inline,
      'GitHubAccess/FollowRole/Resource': inline,
      'GitHubAccess/Role/Resource': inline,
      'Pipeline/CodeBuildActionRole/DefaultPolicy/Resource': inline,
      'Pipeline/Pipeline/Role/DefaultPolicy/Resource': inline,
      'Pipeline/Pipeline/Source/Source/CodePipelineActionRole/DefaultPolicy/Resource': inline,
      'Pipeline/Pipeline/{stage}/watch/CodePipelineActionRole/DefaultPolicy/Resource': inline,
      'Pipeline/UpdatePipeline/SelfMutation/Role/DefaultPolicy/Resource': inline,
      'Role-synth/DefaultPolicy/Resource': inline,
      'Role-commit-check/DefaultPolicy/Resource': inline,
      'Role-images/DefaultPolicy/Resource': inline,
      'Role-attest/DefaultPolicy/Resource': inline,
      'Role-verify-images-{stage}/DefaultPolicy/Resource': inline,
      'Role-changes-{stage}/DefaultPolicy/Resource': inline,
      'Role-guard-{stack}/DefaultPolicy/Resource': inline,
      'Role-watch-{stage}/DefaultPolicy/Resource': inline,
      'Role-release-{stage}/DefaultPolicy/Resource': inline,
      'Role-protect-{stage}/DefaultPolicy/Resource': inline,
      'Role-checks-{stage}/DefaultPolicy/Resource': inline,
      'Role-promotion-{stage}/DefaultPolicy/Resource': inline,
      'Role-keep-images-{stage}/DefaultPolicy/Resource': inline,
    },
  },
  {
    reason:
      'The rule asks for OAuth where a build clones a repository by itself. These builds get their source from CodePipeline, and hold neither ' +
      "an address nor a credential of a repository; the pipeline's source action uses a CodeConnections connection. A test looks at the source of every build.",
    findings: {
      'Pipeline/Pipeline/Build/Synth/CdkBuildProject/Resource': source,
      'Pipeline/UpdatePipeline/SelfMutation/Resource': source,
      'Pipeline/Pipeline/Verify/commit-check/commit-check/Resource': source,
      'Pipeline/Pipeline/Verify/images/images/Resource': source,
      'Pipeline/Pipeline/Verify/attest/attest/Resource': source,
      'Pipeline/Pipeline/{stage}/verify-images/verify-images/Resource': source,
      'Pipeline/Pipeline/{stage}/changes/changes/Resource': source,
      'Pipeline/Pipeline/{stage}/{stack}.guard/guard/Resource': source,
      'Pipeline/Pipeline/{stage}/watch/Resource': source,
      'Pipeline/Pipeline/{stage}/release/release/Resource': source,
      'Pipeline/Pipeline/{stage}/protect/protect/Resource': source,
      'Pipeline/Pipeline/{stage}/live-checks/live-checks/Resource': source,
      'Pipeline/Pipeline/{stage}/promotion/promotion/Resource': source,
      'Pipeline/Pipeline/{stage}/keep-images/keep-images/Resource': source,
    },
  },
  {
    reason:
      'ecr:GetAuthorizationToken takes no resource. What may be done with the token, the same policy says for the repositories of the ' +
      'system. A test holds the actions that may stand with * in any policy.',
    findings: { 'Role-images/DefaultPolicy/Resource': ['AwsSolutions-IAM5[Resource::*]'] },
  },
  {
    reason:
      'Who reads or writes artifacts is recorded by CloudTrail where the trail of the account has data events of this bucket; server access logs ' +
      'would need a further bucket with the same finding. Artifacts hold synthesized templates and bundled programs, no payment data.',
    findings: { 'Artifacts/Resource': ['AwsSolutions-S1', 'PCI.DSS.321-S3BucketLoggingEnabled'] },
  },
  {
    reason:
      'Artifacts are made again from their commit at any time and expire after 30 days: a copy in another region would protect nothing that Git does not hold.',
    findings: { 'Artifacts/Resource': ['PCI.DSS.321-S3BucketReplicationEnabled'] },
  },
  {
    reason:
      'No version of the evidence can be overwritten, and Object Lock keeps each for 400 days. Losing the whole region loses the record of past releases and stops none: what runs is told by the stages. ' +
      'A copy in another region or in a log archive account is made by whoever runs one.',
    findings: { 'Evidence/Resource': ['PCI.DSS.321-S3BucketReplicationEnabled'] },
  },
  {
    reason:
      'S3 writes server access logs to buckets with SSE-S3 only. They tell who asked for which key and when, and nothing of what is in it.',
    findings: { 'EvidenceAccess/Resource': ['PCI.DSS.321-S3DefaultEncryptionKMS'] },
  },
  {
    reason:
      'Only S3 itself may write to the bucket, each time under a name of its own, so nothing is overwritten, and no role may delete. Logs that have to outlive their 400 days are copied ' +
      'to a log archive account by whoever runs one.',
    findings: {
      'EvidenceAccess/Resource': ['PCI.DSS.321-S3BucketReplicationEnabled', 'PCI.DSS.321-S3BucketVersioningEnabled'],
    },
  },
  {
    reason:
      'The id of an execution is made when it starts; it is all that the wildcard stands for. System, stage and file are named: a step writes the files that it makes, of its own stage, and reads those that it needs. ' +
      'None may delete, and Object Lock keeps each version.',
    findings: {
      'Role-release-{stage}/DefaultPolicy/Resource': [evidence('release-evidence.json')],
      'Role-checks-{stage}/DefaultPolicy/Resource': [evidence('release-evidence.json'), evidence('checks.xml')],
      'Role-promotion-{stage}/DefaultPolicy/Resource': [evidence('release-evidence.json'), evidence('checks.xml')],
      'Role-changes-{stage}/DefaultPolicy/Resource': [evidence('changes.md')],
    },
  },
  {
    reason:
      'In the same way of the stage before, and reading only: promotion compares its digests, and the approval shows what it found. The first stage has none before it.',
    findings: {
      'Role-promotion-{stage}/DefaultPolicy/Resource': [evidence('release-evidence.json', 'evidence before')],
      'Role-changes-{stage}/DefaultPolicy/Resource': [evidence('release-evidence.json', 'evidence before')],
    },
  },
  {
    reason:
      "A person's role for going back, assumed by the operators that configuration.json names, each by its whole name. Its policy goes with it, is reviewed with its template, and cannot be attached to anybody else.",
    findings: { 'Role-operator-{stage}/DefaultPolicy/Resource': inline },
  },
  {
    reason:
      'The ids of executions are not known beforehand: the role reads and adds evidence of its own stage only. Evidence has versions and Object Lock: nothing is overwritten.',
    findings: {
      'Role-operator-{stage}/DefaultPolicy/Resource': [
        'AwsSolutions-IAM5[Resource::<Evidence4CC26D68.Arn>/{evidence}/*]',
      ],
    },
  },
];
