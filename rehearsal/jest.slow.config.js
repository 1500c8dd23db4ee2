/** Tests that run whole tools and commands, most of them (the CDK CLI, awscli) against the local cloud: npm run test:slow. */
module.exports = {
  rootDir: '..',
  testEnvironment: 'node',
  roots: ['<rootDir>/test', '<rootDir>/rehearsal/test'],
  testMatch: ['**/*.slow.ts'],
  testTimeout: 120_000,
  // Whole rehearsals: one at a time.
  maxWorkers: 1,
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
  setupFiles: ['<rootDir>/test/setup.ts'],
  globalSetup: '<rootDir>/test/run-folder.ts',
};
