import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { environmentsOf, toolingOf } from '../../stages/environments';
import { PaymentStage } from '../../stages/payment-stage';
import { paymentPlatform } from '../../stages/systems/payment-platform';
import { quickContext } from '../../scripts/quick-context';
import { configuration, imagesOf, type StagesOptions, type Synthesized, type Template } from './support';

/** Synthesizes the stages as `cdk synth` does, and leaves no folder behind. */
export function synthesizeStages({
  system = paymentPlatform,
  images = imagesOf(system),
  into = environmentsOf(configuration, system),
}: StagesOptions = {}): Synthesized & { stages: PaymentStage[] } {
  const outdir = mkdtempSync(join(tmpdir(), 'stages-'));
  try {
    const app = new App({ outdir, context: quickContext });
    const stages = into.map(
      (environment) =>
        new PaymentStage(app, environment.name, {
          system,
          environment,
          tooling: toolingOf(configuration, system),
          images: Object.fromEntries(Object.entries(images).map(([name, tag]) => [name, { tag }])),
        }),
    );
    const assembly = app.synth();
    const texts: Synthesized['texts'] = {};
    const stacks: Synthesized['stacks'] = {};
    const fileAssets: string[] = [];
    for (const stage of stages) {
      const ofStage: Record<string, string> = (texts[stage.node.id] = {});
      const artifacts = assembly.getNestedAssembly(stage.artifactId).stacksRecursively;
      stacks[stage.node.id] = artifacts.map((artifact) => ({
        kind: kindOf(artifact),
        terminationProtection: artifact.terminationProtection ?? false,
        after: artifacts.filter((other) => artifact.dependencies.includes(other)).map(kindOf),
      }));
      for (const artifact of artifacts) {
        ofStage[kindOf(artifact)] = readFileSync(artifact.templateFullPath, 'utf8');
        const manifest = JSON.parse(
          readFileSync(artifact.templateFullPath.replace('.template.json', '.assets.json'), 'utf8'),
        );
        fileAssets.push(...Object.values<{ source: { path: string } }>(manifest.files).map((file) => file.source.path));
        fileAssets.push(...Object.keys(manifest.dockerImages).map((image) => `docker image ${image}`));
      }
    }
    const templates = Object.fromEntries(
      Object.entries(texts).map(([stage, stacks]) => [
        stage,
        Object.fromEntries(Object.entries(stacks).map(([kind, text]) => [kind, JSON.parse(text) as Template])),
      ]),
    );
    return { templates, texts, stacks, fileAssets, stages };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const kindOf = ({ hierarchicalId }: CloudFormationStackArtifact): string => hierarchicalId.split('/')[1]!;
