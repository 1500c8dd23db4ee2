import type { Statement } from './statements';

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: Statement[];
}

/** Characters of a managed policy, white space not counted, and managed policies of a role. Source: AWS, IAM User Guide, "IAM and AWS STS quotas". */
export const limits = { characters: 6144, policies: 10 };

const document = (Statement: Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const size = (statements: Statement[]) => JSON.stringify(document(statements)).length;

/** The statements in as few policies as a simple filling makes, each within IAM's limits. Throws where a role could not carry them all. */
export function documentsOf(statements: Statement[]): PolicyDocument[] {
  const filled: Statement[][] = [];
  for (const statement of statements.flatMap(cut).sort((a, b) => size([b]) - size([a]))) {
    const room = filled.find((some) => size([...some, statement]) <= limits.characters);
    if (room) room.push(statement);
    else filled.push([statement]);
  }
  if (filled.length <= limits.policies) return filled.map(document);
  throw new Error(
    `The policy needs ${filled.length} managed policies, and a role carries ${limits.policies}: give the environments accounts of their own`,
  );
}

/** In halves, by resources or by actions, where it would not fit into a policy alone. */
function cut(statement: Statement): Statement[] {
  if (size([statement]) <= limits.characters) return [statement];
  const key =
    JSON.stringify(statement.Resource).length > JSON.stringify(statement.Action).length ? 'Resource' : 'Action';
  const middle = Math.ceil(statement[key].length / 2);
  const halves = [statement[key].slice(0, middle), statement[key].slice(middle)];
  return halves.flatMap((half) => cut({ ...statement, [key]: half }));
}
