/** Filter patterns of CloudWatch Logs: words, `?either ?or`, `-not`, "a phrase", and `{ $.level = "error" && $.status >= 500 }`. */
export type Matches = (message: string) => boolean;

/** Compiles a pattern. Throws an Error for one that it does not understand. */
export function compilePattern(pattern = ''): Matches {
  const text = pattern.trim();
  if (!text) return () => true;
  return text.startsWith('{') ? jsonPattern(text) : termPattern(text);
}

function termPattern(text: string): Matches {
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign = '', phrase, word]) => ({
    sign,
    term: phrase === undefined ? (word ?? '') : phrase.replace(/\\(.)/g, '$1'),
  }));
  const of = (sign: string) => terms.filter((t) => t.sign === sign).map((t) => t.term);
  const [all, either, none] = [of(''), of('?'), of('-')];
  return (message) =>
    all.every((t) => message.includes(t)) &&
    (!either.length || all.length > 0 || either.some((t) => message.includes(t))) &&
    !none.some((t) => message.includes(t));
}

type Test = (event: unknown) => boolean;

/** Grammar: or := and ('||' and)*; and := unit ('&&' unit)*; unit := '(' or ')' | $.path operator value. */
function jsonPattern(text: string): Matches {
  const end = text.lastIndexOf('}');
  const tokens = [
    ...text
      .slice(1, end < 0 ? undefined : end)
      .matchAll(/\s*(\|\||&&|\(|\)|!=|>=|<=|=|>|<|"(?:[^"\\]|\\.)*"|[^\s()=<>!&|]+)/g),
  ].map((m) => m[1]!);
  let at = 0;
  const fail = (): never => {
    throw new Error('Invalid filter pattern');
  };
  const next = () => tokens[at++] ?? fail();
  const chain = (operator: string, part: () => Test, some: boolean): Test => {
    const tests = [part()];
    while (tokens[at] === operator) {
      at++;
      tests.push(part());
    }
    return (event) => (some ? tests.some((t) => t(event)) : tests.every((t) => t(event)));
  };
  const or = (): Test => chain('||', and, true);
  const and = (): Test => chain('&&', unit, false);
  const unit = (): Test => {
    const first = next();
    if (first === '(') {
      const inner = or();
      if (next() !== ')') fail();
      return inner;
    }
    if (!first.startsWith('$')) fail();
    const operator = next();
    if (operator === 'NOT' || operator === 'EXISTS') {
      const absent = operator === 'NOT';
      if (absent && next() !== 'EXISTS') fail();
      return (event) => (select(event, first) === undefined) === absent;
    }
    if (operator === 'IS') {
      const wanted = { TRUE: true, FALSE: false, NULL: null }[next()];
      return (event) => select(event, first) === wanted;
    }
    if (!['=', '!=', '>', '<', '>=', '<='].includes(operator)) fail();
    return comparison(first, operator, next());
  };
  const test = or();
  if (end < 0 || at !== tokens.length) fail();
  return (message) => {
    try {
      return test(JSON.parse(message));
    } catch {
      return false; // not JSON: matches no JSON pattern
    }
  };
}

function comparison(path: string, operator: string, value: string): Test {
  const quoted = value.startsWith('"');
  const wanted = quoted ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
  const pattern = new RegExp(`^${wanted.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`, 's');
  return (event) => {
    const found = select(event, path);
    if (found === undefined || found === null) return false;
    if (operator === '=') return pattern.test(String(found));
    if (operator === '!=') return !pattern.test(String(found));
    if (typeof found !== 'number') return false;
    const number = Number(wanted);
    return (
      { '>': found > number, '<': found < number, '>=': found >= number, '<=': found <= number }[operator] ?? false
    );
  };
}

const select = (event: unknown, path: string): unknown =>
  [...path.matchAll(/\.?([A-Za-z0-9_-]+)|\[(\d+)\]/g)]
    .map((m) => m[1] ?? m[2]!)
    .reduce<any>((value, key) => (value === null ? undefined : value?.[key]), event);
