export { chart, InstalledPlatform } from './installed-platform.ts';
