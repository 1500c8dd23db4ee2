import { artifactGb, deliveriesAMonth, image, minutesOf } from './assumptions';
import type { Line } from './lines';
import type { PriceKey } from './price-table';
import { resourcesOf, type Template } from './template';

interface Action {
  Name: string;
  ActionTypeId: { Category: string; Provider: string };
  Configuration?: { ProjectName?: { Ref?: string } };
}
interface PipelineStage {
  Name: string;
  Actions: Action[];
}

/** How traffic shifts, by environment. */
export type Shifts = Record<string, 'linear' | 'all-at-once'>;

/** What the delivery itself costs a month, from the template of the pipeline's stack. */
export function toolingLines(template: Template, shifts: Shifts): Line[] {
  const stages = resourcesOf([template], 'AWS::CodePipeline::Pipeline').flatMap(
    ({ Stages }): PipelineStage[] => Stages,
  );
  const actions = stages.flatMap(({ Name, Actions }) =>
    Actions.map((action) => ({ action, minutes: minutesOf(action.Name, shifts[Name] ?? '') * deliveriesAMonth })),
  );
  // AWS charges for all actions but approvals and custom ones.
  const charged = actions.filter(({ action }) => action.ActionTypeId.Category !== 'Approval');
  const sum = (some: typeof actions) => some.reduce((all, { minutes }) => all + minutes, 0);
  const builds = charged.filter(({ action }) => action.ActionTypeId.Provider === 'CodeBuild');
  const repositories = resourcesOf([template], 'AWS::ECR::Repository').length;
  return [
    {
      group: 'Pipeline',
      what: `${charged.length} actions, ${deliveriesAMonth} deliveries`,
      price: 'pipeline-action-minute',
      quantity: sum(charged),
    },
    ...(['build-small-minute', 'build-medium-minute'] as const).map((price): Line => {
      const some = builds.filter(({ action }) => sizeOf(template, action) === price);
      return { group: 'Builds', what: `${some.length} builds a delivery`, price, quantity: sum(some) };
    }),
    { group: 'Artifacts', what: 'artifacts', price: 's3-gb-month', quantity: artifactGb * deliveriesAMonth },
    { group: 'Keys', what: 'keys', price: 'kms-key-month', quantity: resourcesOf([template], 'AWS::KMS::Key').length },
    {
      group: 'Image registry',
      what: repositories === 1 ? '1 repository' : `${repositories} repositories`,
      price: 'ecr-gb-month',
      quantity: repositories * image.kept * image.gb,
    },
  ];
}

/** Price of a build's machine. Throws for a size that has no price. */
function sizeOf(template: Template, action: Action): PriceKey {
  const project = template.Resources?.[action.Configuration?.ProjectName?.Ref ?? ''];
  const size = project?.Properties?.Environment.ComputeType;
  if (size === 'BUILD_GENERAL1_SMALL') return 'build-small-minute';
  if (size === 'BUILD_GENERAL1_MEDIUM') return 'build-medium-minute';
  throw new Error(
    `The build of action ${action.Name} has size ${size}, which has no price in scripts/cost/prices.json`,
  );
}
