import type { Dimension, MetricDatum } from '@aws-sdk/client-cloudwatch';
import type { Environment } from '../../state';

interface Point {
  time: number;
  value: number;
}
interface Series {
  namespace: string;
  name: string;
  dimensions: Dimension[];
  points: Point[];
}

/** Points that a series keeps: hours of what one service makes. */
const kept = 5000;

const shelf = (env: Environment) => env.shelf<Series>('cloudwatch metrics');
const keyOf = (namespace = '', name = '', dimensions: Dimension[] = []) =>
  [namespace, name, ...dimensions.map((d) => `${d.Name}=${d.Value}`).sort()].join('\n');

/** Stores what PutMetricData brings. */
export function putMetric(env: Environment, namespace: string, datum: MetricDatum): void {
  const key = keyOf(namespace, datum.MetricName, datum.Dimensions);
  const series = shelf(env).get(key) ?? {
    ...{ namespace, name: datum.MetricName ?? '', dimensions: datum.Dimensions ?? [], points: [] },
  };
  shelf(env).set(key, series);
  const time = (datum.Timestamp ?? env.cloud.clock.now()).getTime();
  const values = datum.Values ?? (datum.Value === undefined ? [] : [datum.Value]);
  values.forEach((value, i) => {
    for (let n = 0; n < (datum.Counts?.[i] ?? 1); n++) series.points.push({ time, value });
  });
  if (series.points.length > 2 * kept) series.points.splice(0, series.points.length - kept);
}

/** Values of so many windows of `length` real milliseconds, the newest last: the last one ends at `end`. */
export function windows(env: Environment, metric: Metric, count: number, length: number, end: number): number[][] {
  const points = shelf(env).get(keyOf(metric.Namespace, metric.MetricName, metric.Dimensions))?.points ?? [];
  const found = Array.from({ length: count }, (): number[] => []);
  for (const { time, value } of points) {
    const age = Math.floor((end - time) / length);
    if (age >= 0 && age < count) found[count - 1 - age]!.push(value);
  }
  return found;
}

/** A metric's name, as the API and CloudFormation spell it. */
export interface Metric {
  Namespace?: string;
  MetricName?: string;
  Dimensions?: Dimension[];
}

export const listMetrics = (env: Environment) =>
  [...shelf(env).values()].map((s) => ({ Namespace: s.namespace, MetricName: s.name, Dimensions: s.dimensions }));

/** One value for each period that has data, oldest first. */
export function statistics(
  env: Environment,
  metric: Metric,
  { start, end, period }: { start: Date; end: Date; period: number },
): { time: Date; values: number[] }[] {
  const series = shelf(env).get(keyOf(metric.Namespace, metric.MetricName, metric.Dimensions));
  const buckets = new Map<number, number[]>();
  for (const { time, value } of series?.points ?? []) {
    if (time < start.getTime() || time >= end.getTime()) continue;
    const bucket = Math.floor(time / (period * 1000)) * period * 1000;
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), value]);
  }
  return [...buckets].sort(([a], [b]) => a - b).map(([time, values]) => ({ time: new Date(time), values }));
}

/** Sum, Average, Minimum, Maximum, SampleCount, or a percentile as in p99. */
export function statistic(name: string, values: number[]): number {
  const sum = values.reduce((a, b) => a + b, 0);
  const sorted = [...values].sort((a, b) => a - b);
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(name)?.[1];
  if (percentile) return sorted[Math.max(0, Math.ceil((Number(percentile) / 100) * sorted.length) - 1)] ?? 0;
  return (
    { Sum: sum, Average: sum / values.length, SampleCount: values.length, Minimum: sorted[0], Maximum: sorted.at(-1) }[
      name
    ] ?? 0
  );
}
