export { default } from '../../libs/testing/jest.preset.js';
