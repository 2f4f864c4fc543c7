export { bundlePlugin, type BundleOptions, type SourceFiles } from './bundle-plugin.ts';
export { bundlePython, type PythonParts } from './python/bundle-python.ts';
export { BundleError } from './errors.ts';
