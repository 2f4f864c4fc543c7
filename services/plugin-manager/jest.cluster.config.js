import base from '../../libs/testing/jest.int.preset.js';

/** Against a cluster that runs already; the story of runners in deploy/cluster-stories starts one. */
export default { ...base, testMatch: ['<rootDir>/test/**/*.cluster.ts'] };
