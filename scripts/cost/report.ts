import { assumptionsAsText, hours } from './assumptions';
import type { Estimate, Part } from './estimate';
import { groups, total, usd } from './lines';
import { priceDate, prices } from './price-table';

const money = (amount: number): string => amount.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',');
const whole = (amount: number): string => money(Math.round(amount)).replace(/\.\d+$/, '');
const width = 12;

/** The estimate as a table: a row for each group, a column for each part. */
export function table({ system, parts, saving, unpriced }: Estimate): string {
  const sum = parts.reduce((all, { lines }) => all + total(lines), 0);
  const row = (title: string, cells: string[]) => title.padEnd(22) + cells.map((cell) => cell.padStart(width)).join('');
  const used = groups.filter((group) => parts.some(({ lines }) => costOf(lines, group) >= 0.005));
  const rule = '─'.repeat(22 + width * (parts.length + 1));
  const regions = [...new Set(parts.map(({ region }) => region))].join(', ');
  return [
    `${system}: about $${whole(sum)} a month`,
    `US dollars, list prices of ${priceDate}, ${regions}, ${hours} hours`,
    '',
    row('', [...parts.map(({ name }) => name), 'all']),
    rule,
    ...used.map((group) => {
      const costs = parts.map(({ lines }) => costOf(lines, group));
      return row(
        group,
        [...costs, costs.reduce((a, b) => a + b)].map((cost) => (cost >= 0.005 ? money(cost) : '–')),
      );
    }),
    rule,
    row('a month', [...parts.map(({ lines }) => money(total(lines))), money(sum)]),
    '',
    `${saving.environment} with ${saving.sizesOf}'s gateways, task sizes and tasks would cost ${money(saving.atThose)}: ` +
      `its own save ${money(saving.atThose - saving.usd)} a month, ${Math.round((1 - saving.usd / saving.atThose) * 100)} %.`,
    ...(unpriced.length ? [`Not counted, because no price is known for them: ${unpriced.join(', ')}.`] : []),
  ].join('\n');
}

/** One part line by line: quantity, price, cost. */
export function details({ name, lines }: Part): string {
  const paid = groups.flatMap((group) => lines.filter((line) => line.group === group && usd(line) >= 0.005));
  return [
    `${name}, line by line`,
    '',
    ...paid.map((line) => {
      const { usd: each, unit, confirmed } = prices[line.price];
      const quantity = line.quantity.toLocaleString('en-US', { maximumFractionDigits: 1 });
      return `${line.group.padEnd(20)}${line.what.padEnd(48)}${`${quantity} × ${each} per ${unit}${confirmed ? '' : ' *'}`.padEnd(40)}${money(usd(line)).padStart(10)}`;
    }),
    ''.padEnd(108) + money(total(lines)).padStart(10),
  ].join('\n');
}

/** What the numbers rest on. */
export function footnotes(): string {
  const unsure = Object.entries(prices).filter(([, { confirmed }]) => !confirmed);
  return [
    'Assumed',
    ...assumptionsAsText.map((sentence) => `- ${sentence}`),
    `- Prices and their sources: scripts/cost/prices.json. Not confirmed by a source (*): ${unsure.map(([key]) => key).join(', ')}.`,
  ].join('\n');
}

const costOf = (lines: Part['lines'], group: string): number => total(lines.filter((line) => line.group === group));
