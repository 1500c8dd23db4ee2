// A buildspec of version 0.2. Whatever this does not know is an error, never skipped in silence.
import { parse } from 'yaml';
import type { Values } from '../cloud/state';

export const phaseNames = ['install', 'pre_build', 'build', 'post_build'] as const;
export type PhaseName = (typeof phaseNames)[number];

export interface Phase {
  commands: string[];
  /** Run after the commands, whether they succeeded or not. */
  finally: string[];
  onFailure: 'ABORT' | 'CONTINUE';
}
export interface Artifacts {
  /** Absent: the source folder. */
  baseDirectory: string;
  files: string[];
  excluded: string[];
  discardPaths: boolean;
}
export interface Buildspec {
  variables: Record<string, string>;
  /** Variable -> name in the Parameter Store. */
  parameters: Record<string, string>;
  exported: string[];
  phases: Partial<Record<PhaseName, Phase>>;
  artifacts?: Artifacts;
  secondaryArtifacts: Record<string, Artifacts>;
  reports: Record<string, { files: string[]; baseDirectory: string; format: string }>;
  /** Runtimes that the build image would install: whoever runs the build says that they are not installed here. */
  runtimes: Record<string, string>;
}

const known = {
  buildspec: ['version', 'env', 'phases', 'artifacts', 'reports', 'cache'],
  env: ['variables', 'parameter-store', 'exported-variables', 'shell'],
  phase: ['commands', 'finally', 'on-failure', 'runtime-versions'],
};

/** Reads YAML or JSON. Throws an error that names what is wrong or not supported. */
export function parseBuildspec(text: string): Buildspec {
  const spec: Values = parse(text) ?? {};
  if (String(spec.version) !== '0.2') throw new Error(`buildspec version '${spec.version}' is not supported: use 0.2`);
  refuse(spec, known.buildspec, 'the buildspec');
  refuse(spec.env, known.env, 'env');
  refuse(spec.phases, phaseNames, 'phases');
  const { 'secondary-artifacts': secondary = {}, ...primary } = spec.artifacts ?? {};
  return {
    variables: texts(spec.env?.variables),
    parameters: texts(spec.env?.['parameter-store']),
    exported: spec.env?.['exported-variables'] ?? [],
    phases: mapValues(spec.phases ?? {}, phase),
    ...(primary.files && { artifacts: artifacts(primary) }),
    secondaryArtifacts: mapValues(secondary, artifacts),
    reports: mapValues(spec.reports ?? {}, (r: Values) => ({
      files: [r.files].flat(),
      baseDirectory: r['base-directory'] ?? '.',
      format: r['file-format'] ?? 'JUNITXML',
    })),
    runtimes: texts(spec.phases?.install?.['runtime-versions']),
  };
}

function phase(definition: Values, name: string): Phase {
  refuse(definition, known.phase, `phase ${name}`);
  const onFailure = definition?.['on-failure'] ?? 'ABORT';
  if (!['ABORT', 'CONTINUE'].includes(onFailure))
    throw new Error(`on-failure of phase ${name}: use ABORT or CONTINUE, not '${onFailure}'`);
  return { commands: commands(definition?.commands), finally: commands(definition?.finally), onFailure };
}
const commands = (list: unknown): string[] => [list ?? []].flat().map(String);

const artifacts = (a: Values): Artifacts => ({
  baseDirectory: a['base-directory'] ?? '.',
  files: [a.files].flat(),
  excluded: [a['exclude-paths'] ?? []].flat(),
  discardPaths: String(a['discard-paths']) === 'yes',
});

function refuse(part: Values | undefined, allowed: readonly string[], where: string): void {
  const unknown = Object.keys(part ?? {}).filter((key) => !allowed.includes(key));
  if (unknown.length)
    throw new Error(
      `${where} has '${unknown.join("', '")}', which a rehearsal cannot do: it knows ${allowed.join(', ')}`,
    );
}
const mapValues = <T>(values: Values, change: (value: any, key: string) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value, key)]));
const texts = (values: Values = {}): Record<string, string> => mapValues(values, String);
