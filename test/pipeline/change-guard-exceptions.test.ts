import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { ChangeException } from '../../declarations/change-exception';
import { PipelineStack } from '../../pipeline/pipeline-stack';
import { environmentsOf, toolingOf } from '../../stages/environments';
import { paymentProcessor } from '../../stages/systems/payment-processor';
import { quickContext } from '../../scripts/quick-context';
import { configuration } from '../stacks/support';
import { type Json, statementsOf, temporaryFolder } from './support';

const exception = (stack: string): ChangeException => ({
  ...{ stack, resource: 'Logs', allow: 'delete', reason: 'They are archived elsewhere.' },
  commits: { from: 'a'.repeat(40), to: 'b'.repeat(40) },
});

/** The pipeline where prod has exceptions for two stacks, one of which there is not. */
const stack = (() => {
  const app = new App({ outdir: temporaryFolder(), context: quickContext });
  const environments = environmentsOf(configuration, paymentProcessor)
    .filter(({ name }) => name === 'prod')
    .map((prod) => ({
      ...prod,
      exceptions: [exception('payment-processor-network-prod'), exception('payment-processor-netwrok-prod')],
    }));
  const tooling = toolingOf(configuration, paymentProcessor);
  const images = { 'payment-processor': { tag: 'x' } };
  return new PipelineStack(app, { configuration, system: paymentProcessor, tooling, environments, images });
})();
const template = Template.fromStack(stack).toJSON() as { Resources: Record<string, Json> };
const mayReadRecord = (guarded: string) => {
  const id = Object.keys(template.Resources).find((one) => one.startsWith(`Roleguardpaymentprocessor${guarded}`))!;
  return statementsOf(template, id).filter(({ Action }) => JSON.stringify(Action).includes('ssm:GetParameter'));
};

test('the guard of a stack with exceptions may read which commit its environment runs, and no other record', () => {
  const [statement, ...more] = mayReadRecord('networkprod');
  expect(more).toEqual([]);
  expect(statement!.Action).toBe('ssm:GetParameter');
  expect(JSON.stringify(statement!.Resource)).toContain(':parameter/payment-processor/delivered/prod"');
});

test('the guard of another stack may not', () => expect(mayReadRecord('platformprod')).toEqual([]));

test('an exception for a stack that there is not is told at synthesis', () => {
  const told = stack.node.metadata.filter(({ type }) => type === 'aws:cdk:info').map(({ data }) => data as string);
  expect(told).toEqual([
    "The exception of 'prod' for payment-processor-netwrok-prod does nothing: there is no such stack.",
  ]);
});
