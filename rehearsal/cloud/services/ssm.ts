import * as sdk from '@aws-sdk/client-ssm';
import { environmentOf } from '../identity';
import type { ServiceModule } from '../module';
import type { Environment, Resource } from '../state';
import { AwsError, service } from '../wire/service';

const PARAMETER = 'AWS::SSM::Parameter';
const arnOf = (env: Environment, name: string) => env.arn('ssm', `parameter${name.startsWith('/') ? '' : '/'}${name}`);

/** What SSM knows of a parameter beside its value. */
interface History {
  version: number;
  modified: Date;
}
const histories = (env: Environment) => env.shelf<History>('ssm parameters');

/** A parameter by its name, or by its ARN. */
function find(env: Environment, nameOrArn: string): Resource | undefined {
  const name = /^arn:[^:]+:ssm:[^:]+:\d+:parameter(\/.+)$/.exec(nameOrArn)?.[1];
  return env.get(PARAMETER, name ?? nameOrArn) ?? (name ? env.get(PARAMETER, name.slice(1)) : undefined);
}

function describe(env: Environment, { id, model }: Resource): sdk.Parameter {
  const { version = 1, modified = env.cloud.clock.now() } = histories(env).get(id) ?? {};
  return {
    Name: id,
    Type: model.Type,
    Value: model.Value,
    Version: version,
    ARN: arnOf(env, id),
    DataType: 'text',
    LastModifiedDate: modified,
  };
}

function changed(env: Environment, name: string): number {
  const version = (histories(env).get(name)?.version ?? 0) + 1;
  histories(env).set(name, { version, modified: env.cloud.clock.now() });
  return version;
}

/** SSM's parameter store: parameters that stacks made and parameters that were put, alike. */
export const ssm: ServiceModule = {
  api: (cloud) =>
    service(sdk)({
      GetParameter({ Name }, context) {
        const env = environmentOf(cloud, context);
        const found = find(env, Name!);
        if (!found) throw new sdk.ParameterNotFound({ message: `Parameter ${Name} not found.`, $metadata: {} });
        return { Parameter: describe(env, found) };
      },
      GetParameters({ Names = [] }, context) {
        const env = environmentOf(cloud, context);
        const known = Names.filter((name) => find(env, name));
        return {
          Parameters: known.map((name) => describe(env, find(env, name)!)),
          InvalidParameters: Names.filter((name) => !known.includes(name)),
        };
      },
      GetParametersByPath({ Path, Recursive }, context) {
        const env = environmentOf(cloud, context);
        const prefix = Path!.endsWith('/') ? Path! : `${Path}/`;
        const below = env.list(PARAMETER).filter(({ id }) => id.startsWith(prefix));
        const found = below.filter(({ id }) => Recursive || !id.slice(prefix.length).includes('/'));
        return { Parameters: found.map((parameter) => describe(env, parameter)) };
      },
      PutParameter({ Name, Value, Type, Overwrite, Description }, context) {
        const env = environmentOf(cloud, context);
        const now = env.get(PARAMETER, Name!);
        if (now && !Overwrite) {
          const message =
            'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.';
          throw new sdk.ParameterAlreadyExists({ message, $metadata: {} });
        }
        if (!now && !Type) {
          const message = 'A parameter type is required when you create a parameter.';
          throw new AwsError('ValidationException', message);
        }
        const model = { ...now?.model, Name, Value, Type: Type ?? now?.model.Type, Description };
        env.put({ type: PARAMETER, id: Name!, seed: now?.seed ?? Name!, properties: now?.properties ?? {}, model });
        return { Version: changed(env, Name!), Tier: 'Standard' };
      },
      DeleteParameter({ Name }, context) {
        const env = environmentOf(cloud, context);
        const found = find(env, Name!);
        if (!found) throw new sdk.ParameterNotFound({ message: `Parameter ${Name} not found.`, $metadata: {} });
        env.remove(found);
        histories(env).delete(Name!);
        return {};
      },
      DeleteParameters({ Names = [] }, context) {
        const env = environmentOf(cloud, context);
        const known = Names.filter((name) => find(env, name));
        for (const name of known) env.remove(find(env, name)!);
        return { DeletedParameters: known, InvalidParameters: Names.filter((name) => !known.includes(name)) };
      },
    }),
  resources: {
    [PARAMETER]: {
      created: ({ id }, env) => void changed(env, id),
      updated: ({ id }, _before, env) => void changed(env, id),
      deleted: ({ id }, env) => void histories(env).delete(id),
    },
  },
};
