import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A row of rehearsal/cloud/BEHAVIOURS.md. */
export interface LedgerRow {
  section: string;
  behaviour: string;
  source: string;
  test: string;
}

export const readLedger = (): LedgerRow[] =>
  parseLedger(readFileSync(join(__dirname, '../cloud/BEHAVIOURS.md'), 'utf8'));

/** The rows of every table with three columns; '\|' is no border. */
export function parseLedger(text: string): LedgerRow[] {
  const rows: LedgerRow[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    section = /^##+ (.*)$/.exec(line)?.[1] ?? section;
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (cells.length !== 5 || cells[1] === 'behaviour' || /^-+$/.test(cells[1]!)) continue;
    const [, behaviour, source, test] = cells as [string, string, string, string, string];
    rows.push({ section, behaviour, source, test });
  }
  return rows;
}

/** Rows of which something was never looked up. */
export const unverified = (rows: LedgerRow[]): LedgerRow[] =>
  rows.filter((row) => /\*unverified\*/.test(row.behaviour + row.source));

/** The one row that begins so. Throws where there is none, or more than one. */
export function rowOf(rows: LedgerRow[], beginning: string): LedgerRow {
  const found = rows.filter((row) => row.behaviour.startsWith(beginning));
  if (found.length === 1) return found[0]!;
  throw new Error(`${found.length} rows of the ledger begin with '${beginning}'; a probe belongs to just one`);
}
