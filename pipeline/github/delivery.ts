import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { pipelineName } from '../../declarations/names';
import { readConfiguration } from '../../stages/configuration';
import { environmentsOf, toolingOf } from '../../stages/environments';
import { systemNamed } from '../../stages/systems';
import { Executions } from './executions';
import { WorkflowRun } from './workflow-run';

/** What a workflow's run reads of deliveries: the pipeline that configuration.json names, and where it delivers to. */
export interface Delivery {
  run: WorkflowRun;
  executions: Executions;
  /** Of the pipeline. */
  region: string;
  /** Names, in the order of delivery. */
  environments: string[];
}

/** @param variables of the run; PIPELINE names another pipeline than the system's. */
export function deliveryOf(variables: NodeJS.ProcessEnv): Delivery {
  const configuration = readConfiguration();
  const system = systemNamed(configuration.system);
  const { region } = toolingOf(configuration, system);
  return {
    run: new WorkflowRun(variables),
    executions: new Executions(new CodePipelineClient({ region }), variables.PIPELINE ?? pipelineName(system)),
    region,
    environments: environmentsOf(configuration, system).map(({ name }) => name),
  };
}
