/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

export default {
  testMatch: ['<rootDir>/packages/*/{src,test}/**/*.test.ts'],
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
