import { DescribeStackResourcesCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { DescribeListenersCommand, DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { cloudFormation, guard, live, loadBalancing, prepared, rule, ruleChange, template } from './guarded-stack';

const named = (name: string) => Object.assign(new Error(name), { name });

describe('a change of a listener rule', () => {
  beforeEach(() => void prepared(ruleChange));

  test('passes where live and template forward alike, whatever weights 0 are left', async () => {
    live(['arn:blue', 100], ['arn:green', 0]);
    expect((await guard()).code).toBe(0);
  });

  test('is refused after a swap: it would send requests back', async () => {
    live(['arn:blue', 0], ['arn:green', undefined]);
    const { code, said } = await guard();
    expect(code).toBe(1);
    expect(said).toContain(`- ProductionRule (AWS::ElasticLoadBalancingV2::ListenerRule, ${rule}), by Priority`);
    expect(said).toContain('It forwards to arn:green, and the template says arn:blue');
  });

  test('is refused where the rule is gone', async () => {
    loadBalancing.on(DescribeRulesCommand).rejects(Object.assign(new Error('gone'), { name: 'RuleNotFoundException' }));
    expect((await guard()).said).toContain('It forwards to nothing, and the template says arn:blue');
  });

  test('is refused where nobody knows what the template means', async () => {
    live(['arn:blue', 100]);
    cloudFormation.on(DescribeStackResourcesCommand).resolves({});
    expect((await guard()).said).toContain('the template says {"Ref":"Blue"}');
  });

  test('is refused where the rule would forward no more', async () => {
    live(['arn:blue', 100]);
    cloudFormation.on(GetTemplateCommand, { ChangeSetName: 'PipelineChange' }).resolves({
      TemplateBody: '{"Resources":{}}',
    });
    expect((await guard()).said).toContain('the template says nothing');
  });

  test('is refused where the rule that it names is not told', async () => {
    loadBalancing.on(DescribeRulesCommand).resolves({});
    expect((await guard()).said).toContain('It forwards to nothing');
  });
});

describe('a change of a listener', () => {
  const arn = 'arn:listener';
  const listener = { ...ruleChange, PhysicalResourceId: arn, ResourceType: 'AWS::ElasticLoadBalancingV2::Listener' };
  beforeEach(() => void prepared(listener));

  test('passes where it forwards nowhere', async () => {
    loadBalancing.on(DescribeListenersCommand, { ListenerArns: [arn] }).resolves({
      Listeners: [{ DefaultActions: [{ Type: 'fixed-response' }] }],
    });
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: '{"Resources":{}}' });
    expect((await guard()).code).toBe(0);
  });

  test.each([
    ['is gone', () => loadBalancing.on(DescribeListenersCommand).rejects(named('ListenerNotFoundException'))],
    ['is not told', () => loadBalancing.on(DescribeListenersCommand).resolves({})],
  ])('is refused where it %s', async (_, tell) => {
    tell();
    const body = {
      Resources: { ProductionRule: { ...template.Resources.ProductionRule, Type: listener.ResourceType } },
    };
    body.Resources.ProductionRule.Properties = {
      DefaultActions: template.Resources.ProductionRule.Properties.Actions,
    } as never;
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: JSON.stringify(body) });
    expect((await guard()).said).toContain('It forwards to nothing, and the template says arn:blue');
  });
});
