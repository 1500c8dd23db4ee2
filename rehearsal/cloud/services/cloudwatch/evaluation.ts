// Whether an alarm's metric breaches its threshold. Source: CloudWatch User Guide, "Alarm evaluation" and "Configuring how alarms treat missing data".
import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { Environment, Values as Properties } from '../../state';
import { evaluateExpression, type Values } from './expressions';
import { statistic, windows, type Metric } from './metrics';

/** What an evaluation found: nothing where the state stays as it is. */
export interface Finding {
  value: StateValue;
  reason: string;
  /** The newest value, if there is one. */
  latest?: number;
}

const breaches: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanThreshold: (a, b) => a > b,
  GreaterThanOrEqualToThreshold: (a, b) => a >= b,
  LessThanThreshold: (a, b) => a < b,
  LessThanOrEqualToThreshold: (a, b) => a <= b,
};

/** Values of the alarm's periods, the newest last. Throws for an expression that it cannot evaluate. */
export function valuesOf(env: Environment, model: Properties, count: number, now: number): Values {
  const { clock } = env.cloud;
  const queries: Properties[] = model.Metrics ?? [];
  const measured = (metric: Metric, stat: string, period: number): Values =>
    windows(env, metric, count, clock.period(period), now).map((w) => (w.length ? statistic(stat, w) : undefined));
  if (!queries.length) {
    const { Statistic = 'Average', ExtendedStatistic, Period = 60 } = model;
    return measured(model, ExtendedStatistic ?? Statistic, Number(Period));
  }
  const value = (query: Properties): Values => {
    const { MetricStat: stat, Expression: expression } = query;
    if (stat) return measured(stat.Metric, stat.Stat, Number(stat.Period ?? 60));
    return evaluateExpression(expression, (id) => value(named(id)), count);
  };
  const named = (id: string): Properties => {
    const found = queries.find((q) => q.Id === id);
    if (!found) throw new Error(`there is no metric '${id}' for an expression`);
    return found;
  };
  const returned = queries.filter((q) => String(q.ReturnData ?? true) !== 'false');
  return value(returned[0] ?? queries.at(-1)!);
}

/** The state that the metric gives an alarm. */
export function evaluate(env: Environment, model: Properties, now = Date.now()): Finding | undefined {
  const periods = Number(model.EvaluationPeriods ?? 1);
  const needed = Number(model.DatapointsToAlarm ?? periods);
  const missing: string = model.TreatMissingData ?? 'missing';
  const threshold = Number(model.Threshold);
  const breach = breaches[model.ComparisonOperator];
  if (!breach) return undefined; // of anomaly bands nothing is known here
  const values = valuesOf(env, model, periods, now);
  const known = values.filter((v) => v !== undefined);
  if (!known.length && missing === 'ignore') return undefined;
  if (!known.length && missing === 'missing') {
    return { value: 'INSUFFICIENT_DATA', reason: 'Insufficient Data: no datapoints were received' };
  }
  const bad = values.filter((v) => (v === undefined ? missing === 'breaching' : breach(v, threshold))).length;
  const shown = known.map((v) => Number(v.toFixed(3))).join(', ');
  const comparison = String(model.ComparisonOperator)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  const reason = `Threshold Crossed: ${bad} out of the last ${periods} datapoints [${shown}] were ${comparison} (${threshold})`;
  return { value: bad >= needed ? 'ALARM' : 'OK', reason, latest: known.at(-1) };
}
