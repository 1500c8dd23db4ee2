import { paymentPlatform } from '../../stages/systems/payment-platform';
import { required } from './required';
import {
  accounts,
  environmentNames,
  environments,
  plain,
  synthesize,
  synthesized,
  theOnly,
  type Template,
} from './support';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { title?: string; alarms?: string[]; metrics?: unknown[][]; markdown?: string };
}
const widgetsOf = (template: Template): Widget[] =>
  JSON.parse(plain(theOnly(template, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody)).widgets;
const each = environmentNames.flatMap((environment) =>
  ['multi-tier', 'payment-platform'].map((system) => [system, environment] as const),
);

describe.each(each)('the dashboard of %s in %s', (system, environment) => {
  const { templates } = synthesized(system);
  const template = templates[environment]!.observability!;
  const widgets = widgetsOf(template);
  const { prefix, services } = required[system]!;
  const publicOnes = Object.keys(services).filter((name) => services[name]!.path);
  const widget = (title: string) => widgets.find((w) => w.properties.title === title)!.properties;
  /** Metrics as 'name last-dimension'. */
  const metrics = (title: string) =>
    widget(title).metrics!.map((m) => {
      const texts = m.filter((part) => typeof part === 'string');
      return `${texts[1]} ${texts.at(-1)}`;
    });

  test('has its name, and tells it', () => {
    expect(theOnly(template, 'AWS::CloudWatch::Dashboard').Properties.DashboardName).toBe(
      `${prefix}-dashboard-${environment}`,
    );
    expect(Object.keys(template.Outputs)).toEqual(['DashboardName']);
  });

  test('requests, latency and errors at the load balancer', () => {
    for (const [title, names] of [
      ['Requests a minute', ['RequestCount']],
      ['Latency, seconds', ['TargetResponseTime', 'TargetResponseTime', 'TargetResponseTime']],
      ['Errors a minute', ['HTTPCode_Target_5XX_Count', 'HTTPCode_ELB_5XX_Count', 'HTTPCode_Target_4XX_Count']],
    ] as const) {
      expect(metrics(title)).toEqual(
        names.map((name) => expect.stringMatching(`^${name} ${prefix}-platform-${environment}:.*LoadBalancerFullName`)),
      );
    }
  });

  test('CPU, memory and running tasks of every service', () => {
    const ofEach = (metric: string) => Object.keys(services).map((name) => `${metric} ${name}-${environment}`);
    expect(metrics('CPU, percent')).toEqual(ofEach('CPUUtilization'));
    expect(metrics('Memory, percent')).toEqual(ofEach('MemoryUtilization'));
    expect(metrics('Running tasks')).toEqual(ofEach('RunningTaskCount'));
  });

  test('targets of every public service, healthy and not, blue and green', () => {
    const titles = widgets.flatMap((w) => w.properties.title ?? []).filter((t) => t.startsWith('Targets of '));
    expect(titles).toEqual(publicOnes.map((name) => `Targets of ${name}`));
    for (const name of publicOnes) {
      expect(metrics(`Targets of ${name}`)).toEqual(
        ['blue', 'green'].flatMap((colour) =>
          ['HealthyHostCount', 'UnHealthyHostCount'].map((metric) =>
            expect.stringMatching(`^${metric} ${prefix}-${name}-${environment}:.*Routing${colour}`),
          ),
        ),
      );
    }
  });

  test('capacity units and connections of the database', () => {
    const name = `${prefix}-database-${environment}`;
    expect(metrics('Database: capacity units')).toContain(`ServerlessDatabaseCapacity ${name}`);
    expect(metrics('Database: connections')).toEqual([`DatabaseConnections ${name}`]);
  });

  test('every alarm of the stage', () => {
    const names = Object.keys(services).flatMap((kind) =>
      Object.values(templates[environment]![kind]!.Resources)
        .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
        .map(({ Properties }) => Properties.AlarmName),
    );
    expect(names).toHaveLength(2 * Object.keys(services).length + 3 * publicOnes.length);
    expect(widget('Alarms').alarms!.sort()).toEqual(
      names.map((name) => `arn:aws:cloudwatch:us-east-1:${accounts[environment]}:alarm:${name}`).sort(),
    );
  });

  test('is laid out in rows, none wider than the page and none over another', () => {
    expectLaidOut(widgets);
  });

  test('is deployed after the stacks whose alarms it shows', () => {
    const { after } = synthesized(system).stacks[environment]!.find(({ kind }) => kind === 'observability')!;
    expect(after).toEqual(expect.arrayContaining(Object.keys(services)));
  });
});

function expectLaidOut(widgets: Widget[]): void {
  const taken = new Set<string>();
  for (const { x, y, width, height } of widgets) {
    expect(Number.isInteger(width) && x + width <= 24).toBe(true);
    for (let column = x; column < x + width; column++) {
      for (let row = y; row < y + height; row++) {
        expect(taken.has(`${column},${row}`)).toBe(false);
        taken.add(`${column},${row}`);
      }
    }
  }
}

test('the other systems have none', () => {
  for (const system of ['ecs-payments', 'payment-processor'])
    expect(Object.keys(synthesized(system).templates.dev!)).not.toContain('observability');
});

test('with 25 services and no database, alarms and targets go on in further rows', () => {
  const [api] = paymentPlatform.services;
  const services = Array.from({ length: 25 }, (_, i) => ({
    ...api!,
    name: `service-${i}`,
    port: 8000 + i,
    path: `/api/${i}/*`,
    calls: [],
    secrets: {},
  }));
  const { templates } = synthesize({
    system: { ...paymentPlatform, services, database: undefined, secrets: [] },
    into: environments.slice(0, 1),
  });
  const widgets = widgetsOf(templates.dev!.observability!);
  expectLaidOut(widgets);
  const alarms = widgets.filter((w) => w.type === 'alarm').map((w) => w.properties.alarms!.length);
  expect(alarms).toEqual([100, 25]);
  expect(widgets.filter((w) => w.properties.title?.startsWith('Targets of '))).toHaveLength(25);
  expect(JSON.stringify(widgets)).not.toContain('Database');
});
