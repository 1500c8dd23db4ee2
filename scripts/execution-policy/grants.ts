type OneOrMore = string | string[];
/** A policy as IAM gives it back: whoever wrote it. */
interface AnyDocument {
  Statement: { Effect: string; Action?: OneOrMore; Resource?: OneOrMore; Condition?: object }[];
}

const list = (value: OneOrMore = []): string[] => [value].flat();

/** What the documents allow: one line for each action and resource. */
function grantsOf(documents: AnyDocument[]): Set<string> {
  return new Set(
    documents
      .flatMap(({ Statement }) => Statement)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action, Resource, Condition }) =>
        list(Action).flatMap((action) =>
          list(Resource).map((on) => `${action} on ${on}${Condition ? ` where ${JSON.stringify(Condition)}` : ''}`),
        ),
      ),
  );
}

export interface Comparison {
  /** Needed, and not allowed. */
  lacking: string[];
  /** Allowed, and needed no more. */
  needless: string[];
}

/** A managed policy. */
interface Policy {
  arn: string;
  document: AnyDocument;
}

/**
 * Word for word: that another statement might cover one is not looked at, because the documents come from the same command.
 * What another system's policies on the same role allow is not needless.
 */
export function compare(wanted: Policy[], found: Policy[]): Comparison {
  const grants = (policies: Policy[]) => grantsOf(policies.map(({ document }) => document));
  const family = wanted[0]!.arn.replace(/\d+$/, '');
  const [needed, allowed] = [grants(wanted), grants(found)];
  const own = grants(found.filter(({ arn }) => arn.startsWith(family)));
  return {
    lacking: [...needed].filter((grant) => !allowed.has(grant)),
    needless: [...own].filter((grant) => !needed.has(grant)),
  };
}
