import type { ChangeException } from '../../declarations/change-exception';
import type { Objection } from './objections';

/** An exception with the commits from which a delivery may start for it to hold, worked out where the history is. */
export interface ResolvedException extends ChangeException {
  startsAt: string[];
}

/** What is left of objections once the exceptions are applied. */
export interface Judgement {
  refused: Objection[];
  /** Each with the exception that allows it. */
  excepted: { objection: Objection; exception: ResolvedException }[];
  /** Those that allowed nothing, each with why. */
  unused: { exception: ResolvedException; why: string }[];
}

/**
 * Applies the exceptions of a stack to what speaks against its change set.
 * @param running commit that the environment runs; undefined where it has never had a whole delivery.
 */
export function judge(
  objections: Objection[],
  exceptions: ResolvedException[],
  { environment, running }: { environment: string; running?: string },
): Judgement {
  const holding = exceptions.filter(({ startsAt }) => running === undefined || startsAt.includes(running));
  const excepted = objections.flatMap((objection) => {
    const exception = holding.find((one) => allows(one, objection));
    return exception ? [{ objection, exception }] : [];
  });
  const allowed = new Set(excepted.map(({ objection }) => objection));
  const used = new Set(excepted.map(({ exception }) => exception));
  return {
    refused: objections.filter((objection) => !allowed.has(objection)),
    excepted,
    unused: exceptions
      .filter((exception) => !used.has(exception))
      .map((exception) => ({
        exception,
        why: holding.includes(exception)
          ? 'nothing of the kind would happen'
          : `it is for a delivery that brings ${span(exception)}, and ${environment} runs ${running}`,
      })),
  };
}

/** Names exception and commits, in a line of the log. */
export const titleOf = (exception: ChangeException): string => {
  const { resource, allow } = exception;
  const what = typeof resource === 'string' ? resource : `${resource.type} ${resource.name}`;
  return `to ${allow} ${what}, ${span(exception)}`;
};

const span = ({ commits: { from, to } }: ChangeException) => `${from}..${to}`;

function allows({ allow, resource }: ChangeException, objection: Objection): boolean {
  if (allow !== objection.effect) return false;
  if (typeof resource === 'string') return resource === objection.logicalId;
  return resource.type === objection.type && names(resource.name, objection.physicalId);
}

/** A physical id is a name, or an ARN that has the name between its slashes and colons, after the account. */
function names(name: string, physicalId = ''): boolean {
  if (name === physicalId) return true;
  const [, , , , , ...rest] = physicalId.split(':');
  return physicalId.startsWith('arn:') && rest.join('/').split('/').includes(name);
}
