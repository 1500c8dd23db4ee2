import { guardedTypes } from './guarded-types';

const anything = { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' };

/** Any update may do anything: what a stack without a policy says. */
export const openPolicy = { Statement: [anything] };

/** Whether a stack's policy, as JSON text, denies nothing: it has none, or the open one. */
export const isOpen = (policy: string | undefined): boolean =>
  policy === undefined || JSON.stringify(JSON.parse(policy)) === JSON.stringify(openPolicy);

/**
 * Stack policy: anything may change in place, and nothing that holds data or carries traffic may be replaced or deleted.
 * It holds for whoever updates the stack, and not for the pipeline alone. The wildcards stand for resources of this one stack.
 */
export const protectingPolicy = {
  Statement: [
    anything,
    {
      Effect: 'Deny',
      Action: ['Update:Replace', 'Update:Delete'],
      Principal: '*',
      Resource: '*',
      Condition: { StringEquals: { ResourceType: Object.keys(guardedTypes) } },
    },
  ],
};
