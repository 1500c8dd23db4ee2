// What exercises leave: a table to read, and numbers to count.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A table's line in Markdown. */
export const cells = (texts: string[]): string =>
  `| ${texts.map((text) => text.replace(/\|/g, '\\|').replace(/\n/g, ' ')).join(' | ')} |`;

/**
 * Writes a table for people and the same for programs into the folder.
 * @returns the path of the former
 */
export function writeTable(folder: string, name: string, markdown: string, content: object): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(content, null, 2)}\n`);
  const table = join(folder, `${name}.md`);
  writeFileSync(table, markdown);
  return table;
}

/** Writes the numbers by the names that Jest gives them. */
export function writeResults(rows: { wrong: string[] }[], file: string): void {
  const failed = rows.filter((r) => r.wrong.length).length;
  const counts = { numPassedTests: rows.length - failed, numFailedTests: failed, numRuntimeErrorTestSuites: 0 };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(counts)}\n`);
}
