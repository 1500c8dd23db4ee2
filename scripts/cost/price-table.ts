import table from './prices.json';

export type PriceKey = keyof typeof table.prices;
/** A price per unit, with where it comes from. */
export interface Price {
  usd: number;
  unit: string;
  /** Where the number was read. */
  source: string;
  /** AWS's own page of that price. */
  of: string;
  /** The source says this number. */
  confirmed: boolean;
}

/** Day that the prices were looked up. */
export const priceDate = table.date;
export const prices: Record<PriceKey, Price> = table.prices;

/** Throws where the table has no prices of the region. */
export function assertPriced(region: string): void {
  if (table.regions.includes(region)) return;
  throw new Error(
    `scripts/cost/prices.json has prices of ${table.regions.join(' and ')}, not of ${region}. Add the region where its prices are the same, or another table.`,
  );
}
