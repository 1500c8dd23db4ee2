import ts from 'typescript';

/** Widest line that Prettier leaves as one in this repository. */
const width = 120;

/**
 * The text of configuration.json with the certificate as the environment's one for its account and region. What is there of
 * other accounts and regions stays, and so does the form of the file.
 * @returns the new text, and the ARN that was replaced.
 */
export function withCertificate(text: string, environment: string, arn: string): { text: string; replaced?: string } {
  const entry = property(property(objectOf(text), 'environments'), environment);
  const list = entry.properties.find((p) => nameOf(p) === 'certificateArns') as ts.PropertyAssignment | undefined;
  const before = list ? (JSON.parse(list.initializer.getText()) as string[]) : [];
  const replaced = before.find((a) => placeOf(a) === placeOf(arn));
  const after = replaced ? before.map((a) => (a === replaced ? arn : a)) : [...before, arn];

  const last = list ?? entry.properties.at(-1)!;
  const indent = /[ \t]*$/.exec(text.slice(0, last.getStart()))![0];
  const start = list ? last.getStart() : last.getEnd();
  const insert = (list ? '' : `,\n${indent}`) + listOf(after, indent);
  return { text: text.slice(0, start) + insert + text.slice(last.getEnd()), replaced };
}

/** On one line where that is short enough, as Prettier would have it. */
function listOf(arns: string[], indent: string): string {
  const line = `"certificateArns": [${arns.map((a) => JSON.stringify(a)).join(', ')}]`;
  if (indent.length + line.length + 1 <= width) return line;
  return `"certificateArns": ${JSON.stringify(arns, null, 2)}`.replaceAll('\n', `\n${indent}`);
}

/** Region and account of an ARN. */
const placeOf = (arn: string) => arn.split(':').slice(3, 5).join(':');

function objectOf(text: string): ts.ObjectLiteralExpression {
  const source = ts.parseJsonText('configuration.json', text);
  setParents(source);
  return source.statements[0]!.expression as ts.ObjectLiteralExpression;
}

function property(object: ts.ObjectLiteralExpression, name: string): ts.ObjectLiteralExpression {
  const found = object.properties.find((p) => nameOf(p) === name) as ts.PropertyAssignment;
  return found.initializer as ts.ObjectLiteralExpression;
}

const nameOf = (p: ts.ObjectLiteralElementLike) => (p.name as ts.StringLiteral).text;

/** A node's text and position are read by way of its parents, which a JSON text is parsed without. */
function setParents(node: ts.Node): void {
  ts.forEachChild(node, (child) => {
    (child as { parent: ts.Node }).parent = node;
    setParents(child);
  });
}
