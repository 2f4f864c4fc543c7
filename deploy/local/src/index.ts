export { enterableFolder, LocalPlatform, type LocalPlatformOptions } from './local-platform.ts';
