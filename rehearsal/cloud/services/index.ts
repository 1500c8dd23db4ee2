import type { ServiceModule } from '../module';
import { cloudformation } from './cloudformation';
import { codebuild } from './codebuild';
import { codepipeline } from './codepipeline';
import { ecr } from './ecr';
import { iam } from './iam';
import { kms } from './kms';
import { s3 } from './s3';
import { sns } from './sns';
import { ssm } from './ssm';
import { sts } from './sts';

/** Every service of the local cloud. */
export const modules: ServiceModule[] = [
  // One a line, by name.
  cloudformation,
  codebuild,
  codepipeline,
  ecr,
  iam,
  kms,
  s3,
  sns,
  ssm,
  sts,
];
