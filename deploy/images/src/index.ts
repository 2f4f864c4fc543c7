export { architectures, ownArchitecture, type Architecture } from './base/architecture.ts';
export { buildImages, type ImagesBuild } from './build-images.ts';
export { CommandError } from './errors.ts';
export { runCommand, type CommandOptions } from './run-command.ts';
export { ImageStore, type ImageBuild } from './store/image-store.ts';
export { images, localName } from './services.ts';
export { buildServers, chartServers, type ServerImages } from './servers/build-servers.ts';
