/** A place that was bootstrapped. In a template both may be CloudFormation's pseudo parameters. */
export interface BootstrappedPlace {
  account: string;
  region: string;
}

/** Roles of bootstrapping that are named here. */
export type BootstrapRole = 'lookup-role' | 'deploy-role' | 'file-publishing-role' | 'cfn-exec-role';

/**
 * Name of a role that `cdk bootstrap` made, with CDK's own qualifier. Source: AWS CDK, "Customize AWS CDK bootstrapping".
 * Each trusts the tooling account, except the one that CloudFormation deploys with.
 */
export const bootstrapRole = (role: BootstrapRole, { account, region }: BootstrappedPlace): string =>
  `cdk-hnb659fds-${role}-${account}-${region}`;
