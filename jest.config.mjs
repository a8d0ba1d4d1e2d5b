/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{lib,functions,agent,local,test,scripts}/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          // `import ... with { type: 'json' }` as it stands: without it Node warns of each one.
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // The runtime's core module exists only inside the Functions host; tests get the host's own implementation.
  moduleNameMapper: { '^@azure/functions-core$': '<rootDir>/test/fakes/functions-core.cjs' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.slipway/'],
  testTimeout: 90_000,
  // Modules of a finished file stay in memory (vm modules are never collected), so that one process for all of them
  // ends in nothing but collecting garbage. Workers are replaced before that, also where there are only two cores.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '1GB',
};
