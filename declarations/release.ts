import type { Environment } from './environment';

/** Minutes that green is held for checks. Nobody answering stops the deployment. */
export const holdMinutes = 60;
/** Minutes that blue stays after the traffic has shifted. */
export const blueMinutes = 5;

/** What rolls a deployment back by itself. */
export const rollbackEvents = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'] as const;

const configurations: Record<Environment['trafficShift'], string> = {
  'all-at-once': 'CodeDeployDefault.ECSAllAtOnce',
  linear: 'CodeDeployDefault.ECSLinear10PercentEvery1Minutes',
};

/** CodeDeploy's name for how traffic shifts in the environment. */
export const deploymentConfiguration = ({ trafficShift }: Pick<Environment, 'trafficShift'>): string =>
  configurations[trafficShift];
