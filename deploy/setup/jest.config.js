import preset from '../../libs/testing/jest.preset.js';

/** Keys of NATS are made in plain JavaScript, which takes its time where a machine is busy. */
const config = { ...preset, testTimeout: 60_000 };

export default config;
