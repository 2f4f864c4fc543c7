/** Packages that others name as a peer for their command line alone. */
const toolsOnly = /^node_modules\/(?:typescript|@typescript\/.*)$/u;

export function isNeededPackage(path: string): boolean {
  return !toolsOnly.test(path);
}

const unused = [
  /\.d\.[cm]?ts$/u,
  /\.map$/u,
  /\.tgz$/u,
  /(?:^|\/)\.bin$/u,
  // Each package is taken by its own path: whether it is needed is not for the one that it lies in to say.
  /(?:^|\/)node_modules$/u,
];

/** Sources from which isolated-vm could be compiled, and what was compiled for other machines. */
const isolatedVm =
  /^(?:src|vendor|native-example|binding\.gyp|prebuilds\/(?!linux-).*|prebuilds\/.*\.musl\.node)$/u;

/** Whether a file or folder of a package is of use while a service runs. */
export function isNeededFile(packagePath: string, path: string): boolean {
  if (packagePath.endsWith('node_modules/isolated-vm') && isolatedVm.test(path)) return false;
  return !unused.some((pattern) => pattern.test(path));
}

/** Of a workspace: what was built, without what only tests and editors read. Its own source maps name lines in logs. */
export function isNeededOwnFile(path: string): boolean {
  const isBuilt = path === 'dist' || path.startsWith('dist/');
  return path === 'package.json' || (isBuilt && !/\.d\.ts(?:\.map)?$|\.tsbuildinfo$/u.test(path));
}
