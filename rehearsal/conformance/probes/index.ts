import { control } from './control';
import { data } from './data';
import { network } from './network';
import { running } from './running';

/** Everything of the ledger that reading shows. */
export const probes = [...control, ...network, ...running, ...data];
