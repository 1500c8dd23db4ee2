import { GetParameterCommand, ParameterNotFound, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Stage } from './stage';

/** Where the commit that was delivered last is written down, in the tooling account. */
export const deliveredParameter = ({ system, environment }: Stage) => `/${system.prefix}/delivered/${environment.name}`;

export async function writeRecord(ssm: SSMClient, Name: string, Value: string): Promise<void> {
  await ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
}

/** The record, or undefined where nothing was written yet. */
export async function readRecord(ssm: SSMClient, Name: string): Promise<string | undefined> {
  try {
    return (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}
