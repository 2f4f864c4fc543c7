import preset from './jest.preset.js';

/** Tests with real PostgreSQL and nats-server: `test/*.int.ts` of a service. */
const intPreset = {
  ...preset,
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.int.ts'],
  testTimeout: 120_000,
};

export default intPreset;
