/** Tests of the local cloud and the runner, service by service: npm run test:rehearsal. */
const { transform, setupFiles, testTimeout } = require('../jest.config');

module.exports = {
  ...{ rootDir: '..', testEnvironment: 'node', testTimeout, maxWorkers: '100%' },
  roots: ['<rootDir>/rehearsal/test'],
  testMatch: ['**/*.test.ts'],
  ...{ transform, setupFiles },
};
