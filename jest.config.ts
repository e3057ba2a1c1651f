/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

/** What starts many processes, or tries every operation of many: `npm run test:long`, which `npm run check` runs as well. */
const long = '\\.long\\.test\\.ts$';

export default {
  testMatch: process.env['TEST_LONG'] === undefined ? ['<rootDir>/packages/*/{src,test}/**/*.test.ts', '<rootDir>/samples/*/*.test.ts'] : ['<rootDir>/packages/*/{src,test}/**/*.long.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(process.env['TEST_LONG'] === undefined ? [long] : [])],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['@enforcecore/source', 'node', 'node-addons'] },
  setupFiles: ['reflect-metadata', '<rootDir>/.ci/fast-check.mjs'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // Two cores are two workers: the default leaves one core to watch.
  maxWorkers: '100%',
  // Modules of suites that have ended stay in memory, and collecting around them takes longer than starting anew.
  workerIdleMemoryLimit: '500MB',
  // Generous: some tests start processes, and a busy machine is no failure.
  testTimeout: 60_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['packages/*/src/**/*.ts', '!**/*.test.ts'],
} satisfies Config;
