// What plugin code may import inside the sandbox: no Node, no dependencies.
export { HttpError } from './http-error.ts';
export { paginate, requireConfig, withRetry } from './helpers.ts';
export { scaffoldPlugin, type ScaffoldOptions } from './scaffold-plugin.ts';
