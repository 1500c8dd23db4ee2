import { required, type RequiredService } from '../stacks/required';
import { accounts, environmentNames } from '../stacks/support';
import {
  type Case,
  type Elsewhere,
  isProof,
  type Proof,
  type Row,
  type SystemName,
  systemNames,
  type Unproved,
} from './row';

/** Does the row say something about the system? */
export const concerns = ({ systems = systemNames }: Row, system: SystemName): boolean => systems.includes(system);

/** The services of the system that the row is about, or the first one for a row that is about none. */
export function servicesOf({ of: which }: Proof, system: SystemName): [string, RequiredService][] {
  const all = Object.entries(required[system]!.services);
  switch (which) {
    case undefined:
      return all.slice(0, 1);
    case 'every service':
      return all;
    case 'public services':
      return all.filter(([, { path }]) => path);
    case 'internal services':
      return all.filter(([, { path }]) => !path);
    default:
      return all.filter(([name]) => name === which);
  }
}

/** One test: a row, for a system and, where it is about services, for one of them. */
export interface Check {
  readonly title: string;
  readonly row: Proof;
  /** One for each environment. */
  readonly cases: Case[];
}

export function checksOf(row: Proof, system: SystemName): Check[] {
  const { prefix, region, zones } = required[system]!;
  const environments = row.stack === 'pipeline' ? (['prod'] as const) : (row.environments ?? environmentNames);
  return servicesOf(row, system).map(([service, ofService]) => ({
    title: `${row.of ? `${service}: ` : ''}${row.requirement} ← ${row.stack ?? '{service}'}, ${row.type} ${row.property}`,
    row,
    cases: environments.map((environment) => ({
      system,
      environment,
      prefix,
      account: accounts[environment],
      tooling: accounts.tooling,
      region,
      zones: ['a', 'b', 'c'].slice(0, zones),
      service,
      row: ofService,
    })),
  }));
}

export const proofsIn = (rows: readonly Row[], system: SystemName): Proof[] =>
  rows.filter(isProof).filter((row) => concerns(row, system));
export const elsewhereIn = (rows: readonly Row[]): Elsewhere[] =>
  rows.filter((row): row is Elsewhere => 'proved' in row);
export const unprovedIn = (rows: readonly Row[]): Unproved[] =>
  rows.filter((row): row is Unproved => 'unproved' in row);
