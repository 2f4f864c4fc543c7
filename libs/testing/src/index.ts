export { eventually } from './eventually.ts';
export { TestPlatform } from './test-platform.ts';
