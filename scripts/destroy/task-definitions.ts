import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  paginateListTaskDefinitions,
} from '@aws-sdk/client-ecs';
import type { Work } from './work';

/** Revisions of the stage's families, active and deregistered ones. Their stacks retain every one but the last. */
export async function taskDefinitionsOf(work: Work): Promise<string[]> {
  return [...(await revisions(work, 'ACTIVE')), ...(await revisions(work, 'INACTIVE'))];
}

async function revisions({ clients, stage }: Work, status: 'ACTIVE' | 'INACTIVE'): Promise<string[]> {
  const found: string[] = [];
  for (const service of stage.system.services) {
    const request = { familyPrefix: stage.names.service(service), status };
    for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions({ client: clients.ecs }, request)) {
      found.push(...taskDefinitionArns);
    }
  }
  return found;
}

/** Deregisters revisions, which has to come first, and deletes them: ten a request (API reference, DeleteTaskDefinitions). */
export async function deleteTaskDefinitions(work: Work, arns: string[]): Promise<void> {
  const { ecs } = work.clients;
  for (const taskDefinition of await revisions(work, 'ACTIVE')) {
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  }
  for (let i = 0; i < arns.length; i += 10) {
    const request = new DeleteTaskDefinitionsCommand({ taskDefinitions: arns.slice(i, i + 10) });
    const [failure] = (await ecs.send(request)).failures ?? [];
    if (failure) throw new Error(`${failure.arn} cannot be deleted: ${failure.reason}`);
  }
}
