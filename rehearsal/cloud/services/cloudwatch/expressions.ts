// Metric math, as far as alarms and dashboards here need it. Source: CloudWatch User Guide, "Using math expressions with CloudWatch metrics".

/** A value for each window, undefined where there is no data. */
export type Values = (number | undefined)[];
type Value = number | Values | Values[];

const combine = {
  MAX: (values: number[]) => Math.max(...values),
  MIN: (values: number[]) => Math.min(...values),
  SUM: (values: number[]) => values.reduce((a, b) => a + b, 0),
  AVG: (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length,
};
const operators: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

/** Evaluates an expression over named series of the same length. Throws for what it does not know, naming it. */
export function evaluateExpression(expression: string, series: (id: string) => Values, length: number): Values {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|[-+*/(),[\]]|\S/g) ?? [];
  let at = 0;
  const fail = (why: string): never => {
    throw new Error(`the metric expression '${expression}' ${why}`);
  };
  const take = (wanted?: string): string => {
    const token = tokens[at++];
    if (token === undefined) return fail('ends early');
    return wanted && token !== wanted ? fail(`has '${token}' where '${wanted}' was expected`) : token;
  };
  const binary = (next: () => Value, ...signs: string[]): Value => {
    let left = next();
    while (signs.includes(tokens[at] ?? '')) {
      const sign = take();
      const [a, b] = [left, next()];
      left = spread(a).map((x, i) => apply(sign, x, spread(b)[i]));
    }
    return left;
  };
  const apply = (sign: string, a?: number, b?: number) => {
    const result = a === undefined || b === undefined ? NaN : operators[sign]!(a, b);
    return Number.isFinite(result) ? result : undefined;
  };
  const spread = (value: Value): Values => {
    if (typeof value === 'number') return Array<number>(length).fill(value);
    return Array.isArray(value[0]) ? fail('has an array where a series was expected') : (value as Values);
  };
  const list = (end: string): Value[] => {
    const found: Value[] = [];
    while (tokens[at] !== end) {
      found.push(sum());
      if (tokens[at] !== end) take(',');
    }
    take(end);
    return found;
  };
  const sum = (): Value => binary(product, '+', '-');
  const product = (): Value => binary(atom, '*', '/');
  const atom = (): Value => {
    const token = take();
    if (token === '-') return spread(atom()).map((x) => (x === undefined ? x : -x));
    if (/^\d/.test(token)) return Number(token);
    if (token === '[') return list(']').map(spread);
    if (token === '(') {
      const inner = sum();
      take(')');
      return inner;
    }
    if (!/^\w/.test(token)) return fail(`has an unexpected '${token}'`);
    if (tokens[at] !== '(') return series(token);
    take('(');
    return call(token.toUpperCase(), list(')'));
  };
  const call = (name: string, [first = [], filling = 0]: Value[]): Value => {
    if (name === 'FILL') {
      const by = spread(filling);
      return spread(first).map((x, i) => x ?? by[i]);
    }
    const of = combine[name as keyof typeof combine];
    if (!of) return fail(`uses ${name}(), which the local cloud does not know`);
    const known = (values: Values) => values.filter((x) => x !== undefined);
    const rows = first as Values[];
    // Of an array, the function of each window; of one series, one number.
    if (!Array.isArray(rows[0])) return known(spread(first)).length ? of(known(spread(first))) : NaN;
    return Array.from({ length }, (_, i) => {
      const values = known(rows.map((row) => row[i]));
      return values.length ? of(values) : undefined;
    });
  };
  const result = spread(sum());
  return at < tokens.length ? fail(`has an unexpected '${tokens[at]}'`) : result;
}
