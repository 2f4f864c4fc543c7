export { bundlePlugin, type BundleOptions, type SourceFiles } from './bundle-plugin.ts';
export { BundleError } from './errors.ts';
