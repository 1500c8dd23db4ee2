import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';

/** Which commit an environment runs. */
export interface Delivered {
  environment: string;
  commit: string;
}

/** Reads the records that promotions wrote. An environment that never had a delivery has none. */
export async function readDelivered(ssm: SSMClient, parameters: string[]): Promise<Delivered[]> {
  const records = await Promise.all(
    parameters.map(async (parameter) => {
      const commit = await valueOf(ssm, parameter);
      return commit === undefined ? [] : [{ environment: parameter.split('/').pop()!, commit }];
    }),
  );
  return records.flat();
}

async function valueOf(ssm: SSMClient, Name: string): Promise<string | undefined> {
  try {
    return (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}
