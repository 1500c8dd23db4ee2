// Wildcards and variables in a policy's texts.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
import type { RequestContext } from './policy';

const isSpecial = /^\$\{[*?$]\}$/;
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function matcher(pattern: string, flags: string, star: (following: string) => string): RegExp {
  const parts = pattern.split(/(\$\{[*?$]\}|[*?])/);
  const source = parts.map((part, i) => {
    if (part === '*') return star(parts[i + 1]!);
    if (part === '?') return '.';
    return escaped(isSpecial.test(part) ? part[2]! : part);
  });
  return new RegExp(`^${source.join('')}$`, flags);
}

/** Whether a text fits a pattern: * is any text, ? any character; ${*}, ${?} and ${$} are those characters. */
export const isLike = (pattern: string, text: string) => matcher(pattern, 's', () => '.*').test(text);

/** The same, whatever the case. */
export const isLikeInAnyCase = (pattern: string, text: string) => matcher(pattern, 'si', () => '.*').test(text);

/**
 * Whether a resource fits a pattern of a Resource element: a * stays within its segment of the ARN, unless it is the
 * segment's last character.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export const isResourceLike = (pattern: string, resource: string) =>
  matcher(pattern, 's', (following) => (following === '' || following.startsWith(':') ? '.*' : '[^:]*')).test(resource);

/** The text that a pattern without wildcards stands for. */
export const literal = (pattern: string) => pattern.replace(/\$\{([*?$])\}/g, '$1');

/**
 * A pattern with its variables replaced by the request's values, in which wildcards are plain characters. Undefined where
 * the request has no one value for a variable that has no default: such a pattern fits nothing.
 */
export function resolved(pattern: string, context: RequestContext): string | undefined {
  let isKnown = true;
  const text = pattern.replace(/\$\{([^}*?$,]+)(?:,\s*'([^']*)')?\}/g, (_, key: string, otherwise?: string) => {
    const value = context[key.trim().toLowerCase()] ?? otherwise;
    if (typeof value === 'string') return value.replace(/[*?$]/g, (special) => `\${${special}}`);
    isKnown = false;
    return '';
  });
  return isKnown ? text : undefined;
}
