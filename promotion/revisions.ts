import type { ServiceOutputs } from '../declarations/outputs';

/** Revision and image by the service's name: a release that serves again, while the stacks tell of a later one. */
export type Revisions = Record<string, Pick<ServiceOutputs, 'TaskDefinitionArn' | 'ImageTag'>>;

/** Variable REVISIONS, JSON, which going back sets for the programs of the gate. None: what the stacks deployed. */
export const revisionsIn = ({ REVISIONS }: Record<string, string | undefined>): Revisions =>
  REVISIONS ? (JSON.parse(REVISIONS) as Revisions) : {};
