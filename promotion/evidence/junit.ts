import type { CheckEvidence } from '../../declarations/evidence';

/** Lines of a failure that evidence keeps; JUnit has them all. */
const linesKept = 12;

/** Reads the live checks' JUnit. Throws where it holds no check: nothing would be known to work. */
export function checksIn(xml: string): CheckEvidence[] {
  const cases = [...xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)];
  if (!cases.length) throw new Error('The report of the live checks holds no check');
  return cases.map(([, attributes, body = '']) => {
    const failures = [...body.matchAll(/<(failure|error)\b[^>]*>([\s\S]*?)<\/\1>/g)].map(([, , text]) => plain(text!));
    const message = failures.join('\n').split('\n').slice(0, linesKept).join('\n');
    const outcome = failures.length ? 'failed' : body.includes('<skipped') ? 'skipped' : 'passed';
    return {
      suite: attribute(attributes!, 'classname'),
      name: attribute(attributes!, 'name'),
      outcome,
      seconds: Number(attribute(attributes!, 'time')),
      ...(message && { message }),
    };
  });
}

const attribute = (text: string, name: string): string =>
  plain(new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? '');

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' };
const plain = (text: string): string => text.replace(/&(lt|gt|quot|amp);/g, (_, entity) => entities[entity]!);
