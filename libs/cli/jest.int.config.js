export { default } from '../testing/jest.int.preset.js';
