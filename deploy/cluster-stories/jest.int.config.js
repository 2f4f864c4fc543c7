import preset from '../../libs/testing/jest.int.preset.js';

/** A machine has room for one cluster at a time. */
export default { ...preset, maxWorkers: 1 };
