import { deliverySteps } from '../../declarations/names';
import { systems } from '../../stages/systems';
import { accounts, environmentNames, type EnvironmentName, resources, synthesized } from './support';

interface Statement {
  Action: string | string[];
}

/** What the scaling trial adds: dev alone has it. */
const ofTrial = ['cloudwatch:SetAlarmState', 'cloudwatch:DescribeAlarmHistory'];
const alsoOfTrial = 'application-autoscaling:DescribeScalingActivities';

/** Statements of a delivery role, with the environment's name and account left out. */
function statementsOf(system: string, step: string, environment: EnvironmentName): Statement[] {
  const roles = resources(synthesized(system).templates[environment]!.access!, 'AWS::IAM::Role');
  const own = roles.filter(([, { Properties }]) =>
    String(Properties.RoleName).endsWith(`-delivery-${step}-${environment}`),
  );
  expect(own).toHaveLength(1);
  const text = JSON.stringify(own[0]![1].Properties.Policies);
  const alike = text
    .replaceAll(accounts[environment], '<account>')
    .replace(new RegExp(`\\b${environment}\\b`, 'g'), '<environment>');
  return (JSON.parse(alike) as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
    (p) => p.PolicyDocument.Statement,
  );
}

const withoutTrial = (statements: Statement[]): Statement[] =>
  statements
    .filter(({ Action }) => ![Action].flat().some((action) => ofTrial.includes(action)))
    .map((s) => ({ ...s, Action: [s.Action].flat().filter((action) => action !== alsoOfTrial) }));

/** What is tried of one environment's roles holds for the others: their statements are the same but for names. */
describe.each(systems.map(({ name }) => name))('delivery roles of %s', (system) => {
  test.each(deliverySteps)('%s may do the same in every environment', (step) => {
    const [dev, staging, prod] = environmentNames.map((environment) => statementsOf(system, step, environment));
    expect(dev!.length).toBeGreaterThan(0);
    expect(prod).toEqual(staging);
    expect(withoutTrial(dev!)).toEqual(withoutTrial(prod!));
    expect(JSON.stringify(prod)).not.toMatch(/SetAlarmState/);
  });
});
