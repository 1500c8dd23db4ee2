// Whether a withdrawn statement was missed: a pure decision over what the step said.
import { isLikeInAnyCase } from '../cloud/iam/pattern';
import { listOf, type Statement } from '../cloud/iam/policy';

/** What IAM refused, by the words of its error. */
export interface Denied {
  action: string;
  resource: string;
}
/** What became of a step. */
export interface Outcome {
  failed: boolean;
  /** Everything that it said. */
  said: string;
}

/** The denials of a role in a text, each once. */
export function denials(said: string, role: string): Denied[] {
  const words =
    /:assumed-role\/([^/\s]+)\/\S+ is not authorized to perform: (\S+) on resource: ("[^"\s]+"|&quot;\S+&quot;|\S+)/g;
  const found = [...said.matchAll(words)]
    .filter(([, name]) => name === role)
    .map(([, , action, resource]) => ({
      action: action!,
      resource: resource!.replace(/^("|&quot;)|("|&quot;)$/g, ''),
    }));
  const keys = new Map(found.map((one) => [`${one.action} ${one.resource}`, one]));
  return [...keys.values()];
}

/** The denial, by role, action and resource, of what the statement allows; undefined where the step did not fail or does not say it. */
export function missed({ failed, said }: Outcome, role: string, statement: Statement): Denied | undefined {
  if (!failed) return undefined;
  const allows = ({ action }: Denied) => listOf(statement.Action).some((pattern) => isLikeInAnyCase(pattern, action));
  return denials(said, role).find(allows);
}
