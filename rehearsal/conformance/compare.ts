import type { Clients, Place, Probe } from './probe';

export interface Comparison {
  row: string;
  call: string;
  expected: string;
  found: string;
  agrees: boolean;
}

/** Asks one probe after the other: many calls at once would be throttled. */
export async function compare(probes: Probe[], clients: Clients, place: Place): Promise<Comparison[]> {
  const all: Comparison[] = [];
  for (const { row, call, ask, expected: told } of probes) {
    const expected = typeof told === 'string' ? told : told(place);
    const found = await answer(() => ask(clients, place));
    all.push({ row, call, expected, found, agrees: found === expected });
  }
  return all;
}

async function answer(ask: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await ask()) ?? 'nothing';
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}

/** The table, what differs in full, and what nobody has looked up. */
export function table(comparisons: Comparison[]): string[] {
  const lines = comparisons.map(({ agrees, call, row }) => `${agrees ? 'agrees ' : 'DIFFERS'}  ${call}  (${row})`);
  const differing = comparisons.filter((c) => !c.agrees);
  const details = differing.flatMap(({ call, row, expected, found }) => [
    `${call}, of the row '${row}'`,
    `  expected  ${expected}`,
    `  found     ${found}`,
  ]);
  return [...lines, ...(details.length ? ['', ...details] : [])];
}
