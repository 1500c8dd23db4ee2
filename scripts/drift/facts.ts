import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SSMClient } from '@aws-sdk/client-ssm';
import { taskRange } from '../../declarations/effective';
import type { Service } from '../../declarations/system';
import { deploymentUnderway } from '../../promotion/deployments';
import { readRecord } from '../../promotion/record';
import type { Stage } from '../../promotion/stage';
import { StageOutputs } from '../../promotion/stage-outputs';
import type { ClientSettings } from '../commands/accounts';
import type { ServiceFacts } from './judge';

/** Reads what releases have made of each service. */
export function factsOf(stage: Stage, settings: ClientSettings): Promise<ServiceFacts[]> {
  const outputs = new StageOutputs(new CloudFormationClient(settings), stage);
  const codeDeploy = new CodeDeployClient(settings);
  const ssm = new SSMClient(settings);
  return Promise.all(
    stage.system.services.map(async (service) => ({
      ...{ name: service.name, release: service.release, family: stage.names.service(service) },
      arn: (await outputs.service(service)).ServiceArn,
      tasks: taskRange(service, stage.environment),
      promoted: await readRecord(ssm, stage.names.promotedParameter(service)),
      ...(await routes(service)),
    })),
  );

  async function routes(service: Service): Promise<Pick<ServiceFacts, 'targetGroups' | 'rules' | 'deploying'>> {
    if (service.release === 'ROLLING') return { targetGroups: [], rules: [], deploying: false };
    const told = await outputs.blueGreen(service);
    return {
      targetGroups: [told.BlueTargetGroupArn, told.GreenTargetGroupArn],
      rules: [told.ProductionRuleArn, told.TestRuleArn],
      deploying: Boolean(await deploymentUnderway(codeDeploy, told)),
    };
  }
}
