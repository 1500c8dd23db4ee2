import { runningPrefix } from '../../declarations/registry';
import { environmentsOf } from '../../stages/environments';
import { readConfiguration } from '../../stages/configuration';
import { paymentPlatform } from '../../stages/systems/payment-platform';
import { type Action, type Json, listed, resourcesOf, stagesIn, statementsOf, synthesized } from './support';
import manifest from '../../package.json';

const { template } = synthesized().getStackByName('payment-delivery') as unknown as {
  template: { Resources: Record<string, Json> };
};
const stages = stagesIn(template);
const environments = environmentsOf(readConfiguration(), paymentPlatform);
const pipeline = Object.values(resourcesOf(template, 'AWS::CodePipeline::Pipeline'))[0]!.Properties!;
const projects = Object.entries(resourcesOf(template, 'AWS::CodeBuild::Project')).map(([id, { Properties }]) => ({
  id,
  project: Properties!,
  spec: JSON.parse(Properties!.Source!.BuildSpec!) as Json,
}));
const roles = resourcesOf(template, 'AWS::IAM::Role');

/** Project of an action. */
function projectOf(stage: string, action: string) {
  const { configuration } = stages.get(stage)!.find(({ name }) => name === action)!;
  const id = (configuration.ProjectName as unknown as { Ref: string }).Ref;
  return projects.find((project) => project.id === id)!;
}
const commandsOf = ({ spec }: { spec: Json }) => listed<string>(spec.phases!.build!.commands!);
const variablesOf = ({ project }: { project: Json }) =>
  Object.fromEntries([...(project.Environment!.EnvironmentVariables ?? [])].map((v) => [v.Name, v.Value]));
/** Names of the actions, in the order in which they run. */
const ordered = (stage: string): string[][] => {
  const byOrder = new Map<number, string[]>();
  for (const { name, runOrder } of stages.get(stage)!) byOrder.set(runOrder, [...(byOrder.get(runOrder) ?? []), name]);
  return [...byOrder].sort(([a], [b]) => a - b).map(([, names]) => names.sort());
};

describe('the pipeline', () => {
  test('is of type V2, takes executions one after the other, and has a name that is known beforehand', () => {
    expect(pipeline).toMatchObject({ PipelineType: 'V2', ExecutionMode: 'QUEUED', Name: 'payment-delivery' });
  });

  test('has a key and a bucket of its own that go with it', () => {
    const { Type, Id } = pipeline.ArtifactStore!.EncryptionKey!;
    const key = template.Resources[(Id as unknown as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0]]!;
    expect(Type).toBe('KMS');
    expect(key).toMatchObject({ DeletionPolicy: 'Delete', Properties: { EnableKeyRotation: true } });
    const bucket = template.Resources[pipeline.ArtifactStore!.Location!.Ref!]!;
    expect(bucket).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
        },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      },
    });
  });

  test('is tagged like everything else', () => {
    expect(pipeline.Tags).toEqual(
      expect.arrayContaining([
        { Key: 'Team', Value: 'payments' },
        { Key: 'CostCenter', Value: 'engineering' },
        { Key: 'ManagedBy', Value: 'cdk' },
      ]),
    );
  });

  test('is not triggered by a push, clones the repository whole, and may use the connection under its new name', () => {
    const [source] = stages.get('Source')!;
    expect(source!.configuration).toMatchObject({
      DetectChanges: false,
      OutputArtifactFormat: 'CODEBUILD_CLONE_REF',
      FullRepositoryId: 'example-payments/payment-delivery',
      BranchName: 'main',
    });
    const allowed = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).filter((policy) =>
      JSON.stringify(policy).includes('codeconnections:UseConnection'),
    );
    expect(allowed).toHaveLength(3);
  });

  test('keeps every configuration value below 1000 characters', () => {
    const values = [...stages.values()].flat().flatMap(({ configuration }) => Object.values(configuration));
    expect(Math.max(...values.map((value) => JSON.stringify(value).length))).toBeLessThan(1000);
  });
});

describe('the order of the actions', () => {
  test('before the stages: the pipeline first changes itself, then the commit is checked, then images are built and signed', () => {
    expect(['Source', 'Build', 'UpdatePipeline', 'Verify'].map(ordered)).toEqual([
      [['Source']],
      [['Synth']],
      [['SelfMutate']],
      [['commit-check'], ['images'], ['attest']],
    ]);
  });

  test.each(environments.map(({ name, approval }) => [name, approval]))(
    'in %s, with an approval: %s',
    (name, approval) => {
      const steps = (stack: string) => ['Prepare', 'guard', 'Deploy'].map((step) => `payment-${stack}-${name}.${step}`);
      const together = (...stacks: string[]) => {
        const all = stacks.map(steps);
        return [0, 1, 2].map((i) => all.map((stack) => stack[i]!));
      };
      const services = ['fraud-detection', 'notification-service', 'payment-api', 'transaction-processor'];
      const [prepare, guard, deploy] = together(...services);
      expect(ordered(String(name))).toEqual([
        ...(approval ? [['changes'], ['approval']] : [['verify-images']]),
        ...together('access', 'network'),
        ...together('data', 'platform'),
        ...[prepare, guard, [...deploy!, 'watch']],
        ...together('observability'),
        ...[['protect', 'release'], ['live-checks'], ['promotion'], ['keep-images']],
      ]);
    },
  );

  test('a person approves before staging and before prod, and nowhere else', () => {
    const approvals = [...stages].filter(([, actions]) => actions.some(({ provider }) => provider === 'Manual'));
    expect(approvals.map(([stage]) => stage)).toEqual(['staging', 'prod']);
  });

  test('the approval shows the commit and what would change, and links to the whole', () => {
    const { configuration } = stages.get('prod')!.find(({ name }) => name === 'approval')!;
    expect(configuration.CustomData).toBe('Deliver commit #{Source.CommitId} to prod? #{prod@changes.CHANGES}');
    expect(configuration.ExternalEntityLink).toEqual({
      'Fn::Join': [
        '',
        [
          'https://us-east-1.console.aws.amazon.com/s3/object/',
          { Ref: expect.stringMatching(/^Evidence/) },
          '?region=us-east-1&prefix=payment-platform/prod/#{codepipeline.PipelineExecutionId}/changes.md',
        ],
      ],
    });
    expect(projectOf('prod', 'changes').spec.env).toEqual({ 'exported-variables': ['CHANGES'] });
    expect(projectOf('Verify', 'images').spec.env).toEqual({ 'exported-variables': ['IMAGE_DIGESTS'] });
  });
});

describe('the builds', () => {
  test('run on one pinned image and Node.js version, and log to one group that is kept for 30 days', () => {
    const [[logs, group]] = Object.entries(resourcesOf(template, 'AWS::Logs::LogGroup')) as [[string, Json]];
    expect(group.Properties).toMatchObject({ LogGroupName: '/codebuild/payment-delivery', RetentionInDays: 30 });
    expect(projects.length).toBeGreaterThan(20);
    for (const { project, spec } of projects) {
      expect(project.Environment!.Image).toBe('aws/codebuild/standard:7.0');
      expect(project.TimeoutInMinutes).toBe(120);
      expect(spec.phases!.install!['runtime-versions']).toEqual({ nodejs: '22' });
      expect(project.LogsConfig!.CloudWatchLogs).toMatchObject({ GroupName: { Ref: logs }, Status: 'ENABLED' });
    }
  });

  test('install packages in Synth and SelfMutate only, with the version in package.json', () => {
    const installing = projects.filter(({ spec }) => /npm (ci|i|install)\b/.test(JSON.stringify(spec.phases)));
    expect(installing.map(({ id }) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'PipelineBuildSynthCdkBuildProject',
      'PipelineUpdatePipelineSelfMutation',
    ]);
    const { install } = projectOf('UpdatePipeline', 'SelfMutate').spec.phases!;
    expect(install!.commands).toEqual([`npm install -g aws-cdk@${manifest.dependencies['aws-cdk']}`]);
  });

  test('Synth is one script, and its output is the assembly', () => {
    const synth = projectOf('Build', 'Synth');
    expect(commandsOf(synth)).toEqual([
      'npm ci --omit=dev --workspaces=false',
      'npm run build --ignore-scripts',
      'npm run sbom --ignore-scripts',
      'npx cdk synth',
    ]);
    expect(synth.spec.artifacts).toEqual({ 'base-directory': 'cdk.out', files: ['**/*'] });
  });

  test.each([
    ['Verify', 'commit-check', ['node assembly/programs/commit-check.js']],
    ['Verify', 'images', ['node programs/images.js', 'export IMAGE_DIGESTS="$(cat image-digests.txt)"']],
    ['Verify', 'attest', ['node programs/attest.js']],
    ['dev', 'verify-images', ['node programs/verify-images.js']],
    [
      'staging',
      'changes',
      ['node programs/verify-images.js', 'node programs/changes.js', 'export CHANGES="$(cat changes.txt)"'],
    ],
    ['dev', 'payment-network-dev.guard', ['node programs/change-guard.js --stack payment-network-dev']],
    ['dev', 'watch', ['node programs/promotion.js watch']],
    ['dev', 'release', ['node programs/promotion.js release']],
    ['dev', 'promotion', ['node programs/promotion.js promote', 'node programs/outputs.js']],
    ['dev', 'protect', ['node programs/protect.js']],
    ['dev', 'keep-images', ['node programs/keep-images.js']],
    [
      'dev',
      'live-checks',
      [
        '{ node programs/live-checks.js && node programs/promotion.js evidence; } || ' +
          '{ code=$?; node programs/promotion.js stop; node programs/promotion.js evidence --refused; exit $code; }',
        'export CHECKS="$(cat reports/live-checks.txt)"',
      ],
    ],
  ])('%s: %s runs its program', (stage, action, commands) => {
    expect(commandsOf(projectOf(stage, action))).toEqual(commands);
  });

  test('the promotion leaves what the stage told as its artifact', () => {
    expect(projectOf('prod', 'promotion').spec.artifacts).toEqual({ 'base-directory': 'cfn-outputs', files: ['**/*'] });
    const prod = [...pipeline.Stages!].find((stage) => stage.Name === 'prod')!;
    const promotion = [...prod.Actions!].find((action) => action.Name === 'promotion')!;
    expect([...promotion.OutputArtifacts!]).toHaveLength(1);
  });

  test('what was built is handed to the step that signs it as an artifact', () => {
    expect(projectOf('Verify', 'images').spec.artifacts).toEqual({ 'base-directory': 'built-images', files: ['**/*'] });
    expect(variablesOf(projectOf('Verify', 'attest'))).toMatchObject({
      BUILT_IMAGES: 'built/images.json',
      REPOSITORY: 'https://github.com/example-payments/payment-delivery',
    });
  });

  test('only docker builds are privileged', () => {
    const privileged = projects.filter(
      ({ project }) => project.Environment!.PrivilegedMode === (true as unknown as Json),
    );
    expect(privileged.map(({ id }) => id)).toEqual([projectOf('Verify', 'images').id]);
  });

  test('the live checks leave a JUnit report, and tell how many passed', () => {
    expect(projectOf('prod', 'live-checks').spec.env).toEqual({ 'exported-variables': ['CHECKS'] });
    expect(projectOf('prod', 'live-checks').spec.reports).toEqual({
      checks: { 'base-directory': 'reports', files: ['*.xml'], 'file-format': 'JUNITXML' },
    });
  });

  test.each(['release', 'watch'])('%s is told stage, role, region, and by the action the execution', (name) => {
    expect(variablesOf(projectOf('staging', name))).toEqual({
      SYSTEM: 'payment-platform',
      STAGE: 'staging',
      STAGE_ROLE_ARN: `arn:aws:iam::333333333333:role/payment-delivery-${name}-staging`,
      STAGE_REGION: 'us-east-1',
      ...(name === 'release' && evidenceVariables),
    });
    const { configuration } = stages.get('staging')!.find((action: Action) => action.name === name)!;
    expect(JSON.parse(configuration.EnvironmentVariables!)).toEqual([
      { name: 'COMMIT_ID', type: 'PLAINTEXT', value: '#{Source.CommitId}' },
      { name: 'PIPELINE_EXECUTION_ID', type: 'PLAINTEXT', value: '#{codepipeline.PipelineExecutionId}' },
    ]);
  });

  const evidenceVariables = {
    EVIDENCE_BUCKET: { Ref: expect.stringMatching(/^Evidence/) },
    PIPELINE: 'payment-delivery',
    PREVIOUS_STAGE: 'dev',
  };

  test.each(['release', 'live-checks', 'promotion'])(
    '%s is told where evidence is, and which stage came before',
    (name) => {
      expect(variablesOf(projectOf('staging', name))).toMatchObject(evidenceVariables);
      expect(variablesOf(projectOf('dev', name))).not.toHaveProperty('PREVIOUS_STAGE');
    },
  );

  test('protect is told what to protect, and the checks which role stops', () => {
    expect(variablesOf(projectOf('prod', 'protect'))).toMatchObject({
      RETAIN_DATA: 'true',
      STACKS: [
        ...['payment-access-prod', 'payment-network-prod', 'payment-data-prod', 'payment-platform-prod'],
        ...['payment-payment-api-prod', 'payment-fraud-detection-prod', 'payment-transaction-processor-prod'],
        ...['payment-notification-service-prod', 'payment-observability-prod'],
      ].join(' '),
    });
    expect(variablesOf(projectOf('dev', 'protect')).RETAIN_DATA).toBe('false');
    expect(variablesOf(projectOf('dev', 'live-checks')).RELEASE_ROLE_ARN).toBe(
      'arn:aws:iam::222222222222:role/payment-delivery-release-dev',
    );
  });
});

describe('the roles', () => {
  const roleOf = (stage: string, action: string) =>
    (projectOf(stage, action).project.ServiceRole as unknown as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];
  const actionsOf = (statement: Json) => listed<string>(statement.Action!);
  const assumed = (stage: string, action: string) =>
    statementsOf(template, roleOf(stage, action))
      .filter((statement) => actionsOf(statement).includes('sts:AssumeRole'))
      .flatMap(({ Resource }) => listed<string>(Resource!));
  const inDev = (step: string) => `arn:aws:iam::222222222222:role/payment-delivery-${step}-dev`;

  test('trust one service, one role or operators by their names, never everybody', () => {
    for (const { Properties } of Object.values(roles)) {
      const statements = [...Properties!.AssumeRolePolicyDocument!.Statement!];
      expect(statements).toHaveLength(1);
      const { AWS, Service } = statements[0]!.Principal!;
      expect(['codebuild.amazonaws.com', 'codepipeline.amazonaws.com', undefined]).toContain(Service);
      const operators = Properties!.RoleName?.includes('-operator-');
      if (operators) {
        const named = {
          ArnEquals: { 'aws:PrincipalArn': [expect.stringMatching(/^arn:aws:iam::111111111111:[^*]+$/)] },
        };
        expect(statements[0]!.Condition).toEqual(named);
      } else expect(JSON.stringify(AWS ?? '')).not.toMatch(/\*|:root/);
    }
  });

  test.each([
    ['watch', 'watch', [inDev('watch')]],
    ['release', 'release', [inDev('release')]],
    ['promotion', 'promotion', [inDev('promotion')]],
    ['protect', 'protect', [inDev('protect')]],
    ['live-checks', 'checks', [inDev('checks'), inDev('release')]],
  ])('%s has a role of its own name, and may assume exactly its own in the stage', (action, step, expected) => {
    expect(roles[roleOf('dev', action)]!.Properties!.RoleName).toBe(`payment-${step}-step-dev`);
    expect(assumed('dev', action)).toEqual(expected);
  });

  test('the guard may assume the look-up role of bootstrapping only', () => {
    const lookup = 'arn:aws:iam::444444444444:role/cdk-hnb659fds-lookup-role-444444444444-us-east-1';
    expect(assumed('prod', 'payment-payment-api-prod.guard')).toEqual([lookup]);
    expect(variablesOf(projectOf('prod', 'payment-payment-api-prod.guard')).STAGE_ROLE_ARN).toBe(lookup);
  });

  test('no two steps share a role', () => {
    const used = projects.map(({ project }) => JSON.stringify(project.ServiceRole));
    expect(used.filter((role, i) => used.indexOf(role) < i)).toEqual([]);
  });

  test('attest alone may sign, by digest and ECDSA, and the stages read the public key alone', () => {
    const key = { 'Fn::GetAtt': [expect.stringMatching(/^SigningKey/), 'Arn'] };
    const all = Object.values(resourcesOf(template, 'AWS::IAM::Policy'));
    const signing = all.filter((policy) => JSON.stringify(policy).includes('kms:Sign"'));
    expect(signing.map(({ Properties }) => Properties!.Roles)).toEqual([[{ Ref: roleOf('Verify', 'attest') }]]);
    expect(statementsOf(template, roleOf('Verify', 'attest'))).toContainEqual({
      Effect: 'Allow',
      Action: 'kms:Sign',
      Resource: key,
      Condition: { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'DIGEST' } },
    });
    for (const { name, approval } of environments) {
      const own = statementsOf(template, roleOf(name, approval ? 'changes' : 'verify-images')).filter(
        (statement) => !JSON.stringify(statement).includes('Artifacts'),
      );
      expect(own).toContainEqual({ Effect: 'Allow', Action: 'kms:GetPublicKey', Resource: key });
      expect(own.flatMap(actionsOf).filter((action) => action.startsWith('ecr:'))).toEqual([
        ...['ecr:BatchGetImage', 'ecr:DescribeImageScanFindings', 'ecr:GetDownloadUrlForLayer'],
      ]);
    }
    const [signingKey] = Object.values(resourcesOf(template, 'AWS::KMS::Key')).filter(
      ({ Properties }) => Properties!.KeyUsage === ('SIGN_VERIFY' as unknown as Json),
    );
    expect(signingKey!.Properties!.KeySpec).toBe('ECC_NIST_P256');
  });

  test('Synth, commit check and images assume no role', () => {
    expect(assumed('Build', 'Synth')).toEqual([]);
    expect(assumed('Verify', 'commit-check')).toEqual([]);
    expect(assumed('Verify', 'images')).toEqual([]);
  });

  test('the delivered commit is written by the promotion of its environment, and read by the commit check', () => {
    const parameter = (name: string) => `arn:aws:ssm:us-east-1:111111111111:parameter/payment/delivered/${name}`;
    const parameters = (stage: string, action: string) =>
      statementsOf(template, roleOf(stage, action)).filter((statement) => actionsOf(statement)[0]!.startsWith('ssm:'));
    expect(parameters('staging', 'promotion')).toEqual([
      { Effect: 'Allow', Action: 'ssm:PutParameter', Resource: parameter('staging') },
    ]);
    expect(parameters('Verify', 'commit-check')).toEqual([
      { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: ['dev', 'prod', 'staging'].map(parameter) },
    ]);
    expect(variablesOf(projectOf('Verify', 'commit-check')).DELIVERED).toBe(
      '/payment/delivered/dev /payment/delivered/staging /payment/delivered/prod',
    );
  });

  test('images may push to the repositories only, and ask for a token', () => {
    const statements = statementsOf(template, roleOf('Verify', 'images'));
    const push = statements.find((statement) => actionsOf(statement).includes('ecr:PutImage'))!;
    expect(listed(push.Resource!)).toHaveLength(4);
    const wild = statements.filter(({ Resource }) => (Resource as unknown) === '*');
    expect(wild.map(actionsOf)).toEqual([['ecr:GetAuthorizationToken']]);
  });

  test("SelfMutate may act in bootstrapping's roles, and look at nothing as itself", () => {
    const statements = statementsOf(template, roleOf('UpdatePipeline', 'SelfMutate'));
    const assume = statements.find((statement) => actionsOf(statement).includes('sts:AssumeRole'))!;
    expect(assume.Resource).toEqual(
      ['deploy-role', 'file-publishing-role'].map(
        (role) => `arn:aws:iam::111111111111:role/cdk-hnb659fds-${role}-111111111111-us-east-1`,
      ),
    );
    expect(statements.flatMap(actionsOf).filter((action) => /Describe(?!Key)|ListBucket/.test(action))).toEqual([]);
  });
});

describe('the registry', () => {
  const repositories = Object.values(resourcesOf(template, 'AWS::ECR::Repository')).map(
    ({ Properties }) => Properties!,
  );

  test('has an immutable, scanned, encrypted repository for each service', () => {
    expect(repositories.map(({ RepositoryName }) => RepositoryName)).toEqual([
      'payment-api',
      'fraud-detection',
      'transaction-processor',
      'notification-service',
    ]);
    for (const repository of repositories) {
      expect(repository).toMatchObject({
        ImageTagMutability: 'IMMUTABLE',
        ImageScanningConfiguration: { ScanOnPush: true },
        EncryptionConfiguration: { EncryptionType: 'AES256' },
        EmptyOnDelete: true,
      });
    }
  });

  test('keeps what runs before it counts the last 10', () => {
    const { rules } = JSON.parse(repositories[0]!.LifecyclePolicy!.LifecyclePolicyText!);
    expect(rules).toMatchObject([
      {
        rulePriority: 1,
        selection: { tagStatus: 'tagged', tagPatternList: [`${runningPrefix}*`], countNumber: 20_000 },
      },
      {
        rulePriority: 2,
        selection: {
          tagStatus: 'tagged',
          tagPrefixList: ['content-'],
          countType: 'imageCountMoreThan',
          countNumber: 10,
        },
      },
      {
        rulePriority: 3,
        selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countNumber: 1, countUnit: 'days' },
      },
    ]);
  });

  test("lets the execution role of the service's tasks pull, in each account, and nobody else", () => {
    const statements = [...repositories[0]!.RepositoryPolicyText!.Statement!];
    expect(statements).toEqual(
      environments.map(({ account, name }) => ({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/payment-api-exec-role-${name}` },
        },
      })),
    );
  });
});
