export { CommandError } from './errors.ts';
export { runCommand, type CommandOptions } from './run-command.ts';
export { ImageStore, type ImageBuild } from './store/image-store.ts';
