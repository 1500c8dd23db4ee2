import { guardedTypes } from '../../../pipeline/programs/guarded-types';
import type { Deployed } from '../deployed';

/** Types of the stages that may be replaced and deleted, and why nothing is lost with them. */
const harmless: Record<string, string> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': 'the count stays as it is',
  'AWS::ApplicationAutoScaling::ScalingPolicy': 'the count stays as it is',
  'AWS::CloudWatch::Alarm': 'made anew from the template; it looks back at its metric',
  'AWS::CloudWatch::Dashboard': 'made anew from the template',
  'AWS::EC2::FlowLog': 'a gap of seconds; the records are in the log group',
  'AWS::EC2::SecurityGroupEgress':
    'a port that is closed is what a security fix does; live checks see one that is missed',
  'AWS::EC2::SecurityGroupIngress': 'as above',
  'AWS::ECS::TaskDefinition': 'retained: what runs of a revision goes on',
  'AWS::IAM::Role': 'made before the old one goes, and those who use it follow',
  'AWS::KMS::Alias': 'data is encrypted under the key',
  'AWS::Lambda::Function': 'made anew from the template; it keeps nothing',
  'AWS::RDS::DBClusterParameterGroup': 'made before the old one goes, and the cluster follows',
  'AWS::S3::BucketPolicy': 'made anew from the template',
  'AWS::SNS::TopicPolicy': 'made anew from the template',
  'AWS::SSM::Parameter': 'made anew from the template',
};

/** What the stages have is guarded, or somebody has thought about what its replacement loses. */
export function guarded(deployed: Deployed[]): void {
  const types = new Set(
    deployed
      .filter(({ environment }) => environment)
      .flatMap(({ template }) => Object.values(template.Resources).map(({ Type }) => Type)),
  );

  test.each([...types].sort())('%s is guarded, or may be replaced', (type) => {
    expect(type in guardedTypes).toBe(!(type in harmless));
  });

  test('what is listed as harmless is there', () => {
    expect(Object.keys(harmless).filter((type) => !types.has(type))).toEqual([]);
  });
}
