import * as sdk from '@aws-sdk/client-cloudformation';
import { randomUUID } from 'node:crypto';
import { requiredCapabilities } from '../cloudformation/capabilities';
import { changeSetOf, createChangeSet, executeChangeSet, patiently, stackOf } from '../cloudformation/change-set';
import {
  describeChangeSet,
  describeResource,
  describeStack,
  summarizeChangeSet,
  summarizeStack,
} from '../cloudformation/describe-stack';
import { detectDrift } from '../cloudformation/drift';
import { cancelUpdate, continueRollback, remove } from '../cloudformation/engine';
import { validationError } from '../cloudformation/errors';
import { exportsOf, importersOf } from '../cloudformation/exports';
import { findStack, liveStacks } from '../cloudformation/stack';
import { checkStackPolicy } from '../cloudformation/stack-policy';
import { NO_CHANGES } from '../cloudformation/plan';
import { fetchTemplate } from '../cloudformation/submission';
import { parseTemplate } from '../cloudformation/template';
import { checkTemplate } from '../cloudformation/template-checks';
import { environmentOf } from '../identity';
import type { ServiceModule } from '../module';
import type { Cloud } from '../state';
import { service, type Handlers } from '../wire/service';

type Api = Handlers<typeof sdk>;

const changeSets = (cloud: Cloud): Api => ({
  CreateChangeSet(input, context) {
    const set = createChangeSet(environmentOf(cloud, context), input);
    return { Id: set.id, StackId: set.stack.id };
  },
  DescribeChangeSet: ({ ChangeSetName, StackName }, context) =>
    describeChangeSet(changeSetOf(environmentOf(cloud, context), ChangeSetName, StackName)),
  ListChangeSets: ({ StackName }, context) => ({
    Summaries: stackOf(environmentOf(cloud, context), StackName).changeSets.map(summarizeChangeSet),
  }),
  DeleteChangeSet({ ChangeSetName, StackName }, context) {
    const env = environmentOf(cloud, context);
    const owner = StackName ? stackOf(env, StackName) : changeSetOf(env, ChangeSetName).stack;
    const at = owner.changeSets.findIndex((set) => set.id === ChangeSetName || set.name === ChangeSetName);
    if (at >= 0) owner.changeSets.splice(at, 1); // deleting what does not exist succeeds: the CDK CLI counts on it
    return {};
  },
  async ExecuteChangeSet({ ChangeSetName, StackName, DisableRollback, ClientRequestToken }, context) {
    const set = changeSetOf(environmentOf(cloud, context), ChangeSetName, StackName);
    await executeChangeSet(set, DisableRollback, ClientRequestToken);
    return {};
  },
});

const operations = (cloud: Cloud): Api => ({
  async CreateStack(input, context) {
    const env = environmentOf(cloud, context);
    if (liveStacks(env).some((stack) => stack.name === input.StackName)) {
      throw new sdk.AlreadyExistsException({ message: `Stack [${input.StackName}] already exists`, $metadata: {} });
    }
    const asked = { ...input, ChangeSetName: 'direct', ChangeSetType: 'CREATE' } as sdk.CreateChangeSetInput;
    const set = createChangeSet(env, asked);
    if (set.status === 'FAILED') {
      set.stack.deleted = set.created;
      throw validationError(set.reason!);
    }
    set.stack.protected = input.EnableTerminationProtection ?? false;
    await executeChangeSet(set, input.DisableRollback ?? input.OnFailure === 'DO_NOTHING', input.ClientRequestToken);
    return { StackId: set.stack.id };
  },
  async UpdateStack(input, context) {
    const asked = { ...input, ChangeSetName: `direct-${randomUUID()}` } as sdk.CreateChangeSetInput;
    const set = createChangeSet(environmentOf(cloud, context), asked);
    if (set.status === 'FAILED') {
      set.stack.changeSets.pop();
      throw validationError(set.reason === NO_CHANGES ? 'No updates are to be performed.' : set.reason!);
    }
    await executeChangeSet(set, input.DisableRollback, input.ClientRequestToken);
    return { StackId: set.stack.id };
  },
  CancelUpdateStack({ StackName }, context) {
    const stack = stackOf(environmentOf(cloud, context), StackName);
    if (stack.status !== 'UPDATE_IN_PROGRESS') {
      throw validationError('CancelUpdateStack cannot be called from current stack status');
    }
    cancelUpdate(stack);
    return {};
  },
  async ContinueUpdateRollback({ StackName, ResourcesToSkip, ClientRequestToken }, context) {
    const stack = stackOf(environmentOf(cloud, context), StackName);
    if (!stack.rollback || stack.busy) {
      throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not continue update rollback.`);
    }
    await patiently(continueRollback(stack, ResourcesToSkip, ClientRequestToken));
    return {};
  },
  async DeleteStack({ StackName, RetainResources, ClientRequestToken, RoleARN }, context) {
    const stack = findStack(environmentOf(cloud, context), StackName!);
    if (!stack || stack.deleted || stack.status === 'DELETE_IN_PROGRESS') return {};
    if (stack.protected) {
      throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
    }
    if (stack.status.startsWith('UPDATE_') && stack.busy) {
      throw validationError(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
    }
    stack.roleArn = RoleARN ?? stack.roleArn;
    await patiently(remove(stack, RetainResources, ClientRequestToken));
    return {};
  },
});

const protection = (cloud: Cloud): Api => ({
  UpdateTerminationProtection({ StackName, EnableTerminationProtection }, context) {
    const stack = stackOf(environmentOf(cloud, context), StackName);
    stack.protected = EnableTerminationProtection ?? false;
    return { StackId: stack.id };
  },
  SetStackPolicy({ StackName, StackPolicyBody, StackPolicyURL }, context) {
    const env = environmentOf(cloud, context);
    const stack = stackOf(env, StackName);
    const policy = StackPolicyBody ?? fetchTemplate(env, StackPolicyURL) ?? '';
    checkStackPolicy(policy);
    stack.policy = policy;
    return {};
  },
  GetStackPolicy: ({ StackName }, context) => ({
    StackPolicyBody: stackOf(environmentOf(cloud, context), StackName).policy,
  }),
});

const descriptions = (cloud: Cloud): Api => ({
  DescribeStacks({ StackName }, context) {
    const env = environmentOf(cloud, context);
    return { Stacks: (StackName ? [stackOf(env, StackName)] : liveStacks(env)).map(describeStack) };
  },
  ListStacks({ StackStatusFilter: only }, context) {
    const wanted = environmentOf(cloud, context).stacks.filter(
      (s) => !only?.length || only.includes(s.status as never),
    );
    return { StackSummaries: wanted.map(summarizeStack) };
  },
  DescribeStackEvents({ StackName }, context) {
    const stack = stackOf(environmentOf(cloud, context), StackName, `Stack [${StackName}] does not exist`);
    return { StackEvents: [...stack.events].reverse() };
  },
  DescribeStackResources({ StackName, LogicalResourceId: only, PhysicalResourceId: physical }, context) {
    const env = environmentOf(cloud, context);
    const owner = liveStacks(env).find((s) => [...s.resources.values()].some((r) => r.resource?.id === physical));
    const stack = StackName || !owner ? stackOf(env, StackName) : owner;
    const all = [...stack.resources.values()].map((record) => describeResource(stack, record));
    return { StackResources: all.filter((resource) => !only || resource.LogicalResourceId === only) };
  },
  DescribeStackResource({ StackName, LogicalResourceId: id = '' }, context) {
    const stack = stackOf(environmentOf(cloud, context), StackName, `Stack '${StackName}' does not exist`);
    const record = stack.resources.get(id);
    if (!record) throw validationError(`Resource ${id} does not exist for stack ${stack.name}`);
    return { StackResourceDetail: describeResource(stack, record) };
  },
  ListStackResources({ StackName }, context) {
    const stack = stackOf(environmentOf(cloud, context), StackName);
    const records = [...stack.resources.values()];
    return { StackResourceSummaries: records.map((record) => describeResource(stack, record)) };
  },
  ListExports: (_input, context) => ({
    Exports: exportsOf(environmentOf(cloud, context)).map(({ stack, name, value }) => ({
      ExportingStackId: stack.id,
      Name: name,
      Value: value,
    })),
  }),
  ListImports({ ExportName }, context) {
    const users = importersOf(environmentOf(cloud, context), ExportName!);
    if (!users.length) throw validationError(`Export '${ExportName}' is not imported by any stack.`);
    return { Imports: users.map((stack) => stack.name) };
  },
});

const drift = (cloud: Cloud): Api => ({
  DetectStackDrift({ StackName, LogicalResourceIds }, context) {
    if (LogicalResourceIds) throw validationError('The local cloud detects drift of whole stacks only');
    const stack = stackOf(environmentOf(cloud, context), StackName);
    stack.drift = detectDrift(stack);
    return { StackDriftDetectionId: stack.drift.id };
  },
  DescribeStackDriftDetectionStatus({ StackDriftDetectionId: id }, context) {
    const found = environmentOf(cloud, context).stacks.find((stack) => stack.drift?.id === id)?.drift;
    if (!found) throw validationError(`Stack drift detection operation [${id}] not found`);
    return {
      ...{ StackId: found.stackId, StackDriftDetectionId: found.id, Timestamp: found.at },
      DetectionStatus: 'DETECTION_COMPLETE',
      StackDriftStatus: found.status,
      DriftedStackResourceCount: [...found.drifts.values()].filter((d) => d.StackResourceDriftStatus !== 'IN_SYNC')
        .length,
    };
  },
  DescribeStackResourceDrifts({ StackName, StackResourceDriftStatusFilters: only }, context) {
    const found = [...(stackOf(environmentOf(cloud, context), StackName).drift?.drifts.values() ?? [])];
    return { StackResourceDrifts: found.filter((d) => !only?.length || only.includes(d.StackResourceDriftStatus!)) };
  },
});

const templates = (cloud: Cloud): Api => ({
  GetTemplate({ StackName, ChangeSetName }, context) {
    const env = environmentOf(cloud, context);
    const desired = ChangeSetName
      ? changeSetOf(env, ChangeSetName, StackName).desired
      : stackOf(env, StackName).current;
    return { TemplateBody: desired?.body ?? '', StagesAvailable: ['Original', 'Processed'] };
  },
  ValidateTemplate(input, context) {
    const env = environmentOf(cloud, context);
    const template = parseTemplate(input.TemplateBody ?? fetchTemplate(env, input.TemplateURL) ?? '');
    checkTemplate(template, cloud);
    return { Description: template.Description, Capabilities: requiredCapabilities(template, cloud) };
  },
  GetTemplateSummary(input, context) {
    const env = environmentOf(cloud, context);
    const body = input.StackName
      ? stackOf(env, input.StackName).current?.body
      : (input.TemplateBody ?? fetchTemplate(env, input.TemplateURL));
    const template = parseTemplate(body ?? '');
    return {
      Description: template.Description,
      Parameters: Object.entries(template.Parameters ?? {}).map(([ParameterKey, p]) => ({
        ParameterKey,
        ParameterType: p.Type,
        DefaultValue: p.Default === undefined ? undefined : String(p.Default),
        NoEcho: p.NoEcho,
      })),
      ResourceTypes: [...new Set(Object.values(template.Resources).map((resource) => resource.Type))],
      Capabilities: requiredCapabilities(template, cloud),
    };
  },
});

/** The CloudFormation API over the engine in rehearsal/cloud/cloudformation. */
export const cloudformation: ServiceModule = {
  api: (cloud) =>
    service(sdk)({
      ...changeSets(cloud),
      ...operations(cloud),
      ...protection(cloud),
      ...descriptions(cloud),
      ...drift(cloud),
      ...templates(cloud),
    }),
};
