/** Unit tests. Live checks have a configuration of their own in integration-tests/, the local cloud's tests in rehearsal/. */
module.exports = {
  testEnvironment: 'node',
  // Some tests start processes, and a loaded machine starts them slowly.
  testTimeout: 20_000,
  maxWorkers: '100%',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
  // What a payments company would deploy; the rehearsal has its own tests, and the rehearsal itself.
  collectCoverageFrom: ['{declarations,pipeline,stages,stacks,promotion}/**/*.ts'],
  coverageThreshold: { global: { statements: 100, branches: 100, functions: 100, lines: 100 } },
  // CDK validates every template with a rule engine (3 s); one test asks for it.
  setupFiles: ['<rootDir>/test/setup.ts'],
  globalSetup: '<rootDir>/test/run-folder.ts',
};
