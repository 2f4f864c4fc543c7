export { enterableFolder } from './platform/enterable-folder.ts';
export { LocalPlatform, type LocalPlatformOptions } from './platform/local-platform.ts';
