/** One test case of a JUnit report. */
export interface TestCase {
  suite: string;
  name: string;
  status: 'SUCCEEDED' | 'FAILED' | 'SKIPPED';
  /** What the failure says; its first lines. */
  message?: string;
  seconds: number;
}

/** Reads the test cases of a JUnit file; an element with <failure> or <error> failed. */
export function parseJUnit(xml: string): TestCase[] {
  const cases: TestCase[] = [];
  let suite = '';
  const element = /<testsuite\b([^>]*)>|<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;
  for (const [, ofSuite, ofCase = '', body = ''] of xml.matchAll(element)) {
    if (ofSuite !== undefined) {
      suite = attribute(ofSuite, 'name');
      continue;
    }
    const problem = /<(failure|error)\b([^>]*?)(?:\/>|>([\s\S]*?)<\/\1>)/.exec(body);
    const text = problem && (unescape(problem[3] ?? '').trim() || attribute(problem[2]!, 'message'));
    cases.push({
      suite,
      name: attribute(ofCase, 'name'),
      status: problem ? 'FAILED' : /<skipped\b/.test(body) ? 'SKIPPED' : 'SUCCEEDED',
      ...(text && { message: text.split('\n').slice(0, 12).join('\n') }),
      seconds: Number(attribute(ofCase, 'time') || 0),
    });
  }
  return cases;
}

const attribute = (text: string, name: string) => unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? '');
const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const unescape = (text: string) =>
  text
    .replace(/^<!\[CDATA\[([\s\S]*)\]\]>$/, '$1')
    .replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (all, decimal, hex, name) =>
      decimal
        ? String.fromCodePoint(+decimal)
        : hex
          ? String.fromCodePoint(parseInt(hex, 16))
          : (entities[name] ?? all),
    );
