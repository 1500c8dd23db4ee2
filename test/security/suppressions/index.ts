import { access } from './access';
import { pipeline } from './pipeline';
import { stacks } from './stacks';
import type { Suppressions } from './suppression';

/** One finding that is accepted. */
export interface Suppression extends Omit<Suppressions, 'findings'> {
  readonly resource: string;
  readonly rule: string;
}

/** Every accepted finding, one by one. */
export const suppressions: Suppression[] = [...pipeline, ...access, ...stacks].flatMap(({ findings, ...rest }) =>
  Object.entries(findings).flatMap(([resource, rules]) => rules.map((rule) => ({ ...rest, resource, rule }))),
);
