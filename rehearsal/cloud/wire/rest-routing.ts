import { schemaOf, structureOf, type OperationSchema } from './schema';
import type { Service } from './service';
import type { Request } from './wire';

export interface RestMatch {
  operation: string;
  label: Record<string, string>;
}

/** The operation that fits best: method and path must match, and the more of the query and headers it names, the better. */
export function restRoute(service: Service, request: Request): RestMatch | undefined {
  let best: (RestMatch & { score: number }) | undefined;
  for (const [name, operation] of service.operations) {
    const http = operation[3]?.http as [string, string, number] | undefined;
    if (!http || http[0] !== request.method) continue;
    const [path = '', literals = ''] = http[1].split('?');
    const label = labels(path, operation, request.path);
    const score = label && fit(name, operation, new URLSearchParams(literals), request);
    if (label && score !== undefined && (!best || score > best.score)) best = { operation: name, label, score };
  }
  return best;
}

/** Values of the path's labels; undefined where the path does not match. S3's templates leave out the bucket of path-style requests. */
function labels(template: string, operation: OperationSchema, path: string): Record<string, string> | undefined {
  const hasBucket = structureOf(operation[4])?.[4].includes('Bucket') && !template.includes('{Bucket}');
  const whole = hasBucket ? `/{Bucket}${template === '/' ? '' : template}` : template;
  const names: string[] = [];
  const pattern = whole.replace(/\{(\w+)(\+?)\}/g, (_, name, greedy) => {
    names.push(name);
    return greedy ? '(.+)' : '([^/]+)';
  });
  const match = new RegExp(`^${pattern}/?$`).exec(path);
  return match ? Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(match[i + 1]!)])) : undefined;
}

/** How well query and headers fit; undefined where something that the operation needs is absent. */
function fit(
  name: string,
  operation: OperationSchema,
  literals: URLSearchParams,
  { query, headers }: Request,
): number | undefined {
  let score = 0;
  for (const [key, value] of literals) {
    if (key === 'x-id') {
      // A hint that SDKs add and other clients leave out.
      if (query.get('x-id') === name) score += 0.5;
      continue;
    }
    if (!query.has(key) || (value && query.get(key) !== value)) return undefined;
    score++;
  }
  const structure = structureOf(operation[4]);
  for (const member of structure?.[4].slice(0, structure[6] ?? 0) ?? []) {
    const traits = schemaOf(operation[4]).getMemberSchema(member).getMergedTraits() as any;
    if (traits.httpQuery && !query.has(traits.httpQuery)) return undefined;
    if (traits.httpHeader && !(traits.httpHeader.toLowerCase() in headers)) return undefined;
    if (traits.httpQuery || traits.httpHeader) score++;
  }
  return score;
}
