import { InsufficientCapabilitiesException, type Capability } from '@aws-sdk/client-cloudformation';
import type { Cloud } from '../state';
import { nameProperty } from './naming';
import type { Template } from './template';

const iamType = /^AWS::IAM::(Role|Policy|ManagedPolicy|User|Group|InstanceProfile|AccessKey|UserToGroupAddition)$/;

/** What a template needs acknowledged before it may make IAM resources. */
export function requiredCapabilities(template: Template, cloud: Cloud): Capability[] {
  const iam = Object.values(template.Resources).filter(({ Type }) => iamType.test(Type));
  const named = iam.some(({ Type, Properties = {} }) => {
    const name = nameProperty(Type, cloud.resourceTypes.get(Type));
    return Type !== 'AWS::IAM::Policy' && name !== undefined && Properties[name] !== undefined;
  });
  if (named) return ['CAPABILITY_NAMED_IAM'];
  return iam.length ? ['CAPABILITY_IAM'] : [];
}

/** Throws InsufficientCapabilitiesException where a needed capability was not given. */
export function checkCapabilities(template: Template, given: readonly string[], cloud: Cloud): void {
  const covers = (needed: Capability) =>
    given.includes(needed) || (needed === 'CAPABILITY_IAM' && given.includes('CAPABILITY_NAMED_IAM'));
  const absent = requiredCapabilities(template, cloud).filter((needed) => !covers(needed));
  if (!absent.length) return;
  throw new InsufficientCapabilitiesException({
    message: `Requires capabilities : [${absent.join(', ')}]`,
    $metadata: {},
  });
}
