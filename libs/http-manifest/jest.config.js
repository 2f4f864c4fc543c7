export { default } from '../testing/jest.preset.js';
