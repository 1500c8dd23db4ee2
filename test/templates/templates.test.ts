import { systems } from '../../stages/systems';
import { environmentNames } from '../stacks/support';
import { contents } from './checks/contents';
import { executionPolicy } from './checks/execution-policy';
import { exposure } from './checks/exposure';
import { guarded } from './checks/guarded';
import { leastPrivilege } from './checks/least-privilege';
import { logicalIds } from './checks/logical-ids';
import { noSecrets } from './checks/secrets';
import { storage } from './checks/storage';
import { deployedTemplates } from './deployed';

// What holds for every template of every system, in every environment, and of the pipelines. Synthesized once for all checks.
const deployed = deployedTemplates();

test('there are templates of every system and environment, and of the pipelines', () => {
  const stages = deployed.filter(({ environment }) => environment);
  for (const system of systems) {
    const names = stages.filter((one) => one.system === system).map(({ environment }) => environment!.name);
    expect(new Set(names)).toEqual(new Set(environmentNames));
  }
  expect(deployed.length - stages.length).toBe(systems.length);
});

describe('secrets: none', () => noSecrets(deployed));
describe('policies', () => leastPrivilege(deployed));
describe('exposure', () => exposure(deployed));
describe('what is stored', () => storage(deployed));
describe('templates are all that is deployed', () => contents(deployed));
describe('what must not be replaced', () => logicalIds(deployed));
describe('what the change guard knows', () => guarded(deployed));
describe("CloudFormation's execution policy", () => executionPolicy(deployed));
