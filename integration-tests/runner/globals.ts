import { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from 'jest-circus';
import { expect } from 'expect';

/** Seconds that one check may take; what settles slowly has a limit of its own below this. */
const checkTimeout = 900;

/** Gives suites what Jest gives them. Must come before a suite is loaded. */
export function installGlobals(): void {
  Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test });
  // jest.setTimeout leaves its value here for jest-circus.
  Object.assign(globalThis, { [Symbol.for('TEST_TIMEOUT_SYMBOL')]: checkTimeout * 1000 });
}
