/** Tests of one group of changed files: Stryker runs them once for each change, so they load as little as possible. */
const { dirname } = require('node:path');
const { transform, setupFiles, testEnvironment, testTimeout } = require('../../jest.config');
const { groups } = require('./groups');

const { tests } = groups[process.env.MUTATION_GROUP];

module.exports = {
  rootDir: '../..',
  ...{ testEnvironment, testTimeout, transform, setupFiles },
  roots: [`<rootDir>/${dirname(tests)}`],
  testMatch: [`<rootDir>/${tests}`],
  runtime: '<rootDir>/test/mutation/runtime.js',
};
