export { default } from '../../libs/testing/jest.int.preset.js';
