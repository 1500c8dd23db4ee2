import { prices, type PriceKey } from './price-table';

/** Groups of a table, in its order. */
export const groups = [
  'Compute, on demand',
  'Compute, Spot',
  'Load balancer',
  'NAT gateways',
  'VPC endpoints',
  'Database',
  'Keys',
  'Secrets',
  'Logs and traces',
  'Metrics, alarms',
  'Names',
  'Internet traffic',
  'Pipeline',
  'Builds',
  'Artifacts',
  'Image registry',
] as const;
export type Group = (typeof groups)[number];

/** Something that is paid for: so many units a month. */
export interface Line {
  group: Group;
  what: string;
  price: PriceKey;
  quantity: number;
}

export const usd = ({ price, quantity }: Line): number => prices[price].usd * quantity;
export const total = (lines: Line[]): number => lines.reduce((sum, line) => sum + usd(line), 0);
/** '1 key', '2 keys'. */
export const counted = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? '' : noun.endsWith('s') ? 'es' : 's'}`;
