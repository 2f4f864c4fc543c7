import preset from '../../libs/testing/jest.preset.js';

const storyConfig = {
  ...preset,
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.story.ts'],
  testTimeout: 240_000,
  maxWorkers: 1,
};

export default storyConfig;
