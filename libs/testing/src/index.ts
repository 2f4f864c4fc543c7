export { eventually } from './eventually.ts';
export { ServiceProcess, type ServiceProcessOptions } from './service-process.ts';
export { TestPlatform } from './test-platform.ts';
