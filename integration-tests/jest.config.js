/** Live checks of a deployed stage, from a desk: STAGE=dev npx jest --config integration-tests/jest.config.js */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/*.test.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
  testTimeout: 900_000,
  // One stage, one account: its API limits are shared.
  maxWorkers: 1,
  reporters: ['default', ['jest-junit', { outputDirectory: 'reports', outputName: 'live-checks.xml' }]],
};
