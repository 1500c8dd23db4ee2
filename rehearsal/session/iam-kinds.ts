// Roles of one kind have the same permissions, on resources of their own.

/** Kinds of roles by their names, of which CloudFormation keeps 64 characters. The first that fits counts. */
const kinds: [kind: string, names: RegExp][] = [
  ['builds', /-delivery-Role|-step-[a-z]+$|-delivery-PipelineUpdatePipeline/],
  ['actions of the pipeline', /-delivery-Pipeline/],
  ['releases', /-delivery-release-/],
  ['promotions', /-delivery-promotion-/],
  ['live checks', /-delivery-checks-/],
  ['watches', /-delivery-watch-/],
  ['protections', /-delivery-protect-/],
  ['CodeDeploy', /-codedeploy-role-/],
  ['tasks', /-task-role-/],
  ['starts of tasks', /-exec-role-/],
];

/** What kind of role it is; its name where there is no other of its kind. */
export const kindOf = (role: string): string => kinds.find(([, names]) => names.test(role))?.[0] ?? role;
