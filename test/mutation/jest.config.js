/** Tests of one group of mutated files: Stryker runs them once for each mutant, so they load as little as possible. */
const { transform, setupFiles, testEnvironment } = require('../../jest.config');
const { groups } = require('./groups');

const { tests } = groups[process.env.MUTATION_GROUP];

module.exports = {
  rootDir: '../..',
  testEnvironment,
  roots: tests.map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/*.test.ts'],
  transform,
  setupFiles,
  runtime: '<rootDir>/test/mutation/runtime.js',
};
