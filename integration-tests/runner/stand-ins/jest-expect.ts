// In the bundle, in the place of @jest/expect, which adds snapshots to expect and Babel with them.
export { expect as jestExpect } from 'expect';
