import { CodeBuildStep } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import type { Source } from './source';
import { buildRole } from './stage-target';

export interface SynthProps {
  scope: Construct;
  source: Source;
  /** System to synthesize. @default the one that configuration.json names */
  system?: string;
}

/** Builds programs and image contexts, and synthesizes the assembly: what all later steps run. The only step that installs packages. */
export class Synth extends CodeBuildStep {
  constructor({ scope, source, system }: SynthProps) {
    const role = buildRole(scope, 'Role-synth');
    role.addToPolicy(source.useConnection);
    super('Synth', {
      input: source,
      // The same words in every commit: a change of this script restarts the pipeline.
      // Neither tests' packages nor the rehearsal's; without scripts, because what comes before a build would install them.
      commands: [
        'npm ci --omit=dev --workspaces=false',
        'npm run build --ignore-scripts',
        'npm run sbom --ignore-scripts',
        system ? `npx cdk synth -c system=${system}` : 'npx cdk synth',
      ],
      primaryOutputDirectory: 'cdk.out',
      role,
    });
  }
}
