/** The one Jest configuration: SWC transform, native ES modules, workspace libs read from their source. */
const preset = {
  testEnvironment: 'node',
  testEnvironmentOptions: {
    customExportConditions: ['@made-open/source', 'node', 'node-addons'],
  },
  // A global costs a call out of the test's context each time: the signatures of NATS took seconds, with these a tenth.
  sandboxInjectedGlobals: ['Array', 'Float64Array', 'Math', 'Uint8Array'],
  roots: ['<rootDir>/src'],
  testMatch: ['**/*.spec.ts'],
  passWithNoTests: true,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};

export default preset;
