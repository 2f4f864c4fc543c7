import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SandboxCode } from '../../sandbox/sandbox-limits.ts';

/** Always the built one: the script of the guest is made by the build. */
const sandboxFolder = fileURLToPath(new URL('../../../dist/sandbox', import.meta.url));
const shell = '/bin/sh';
/** Address space in KiB, as `ulimit -v` takes it: what V8 does not count ends here in a RangeError. A bare isolate needs 2 GiB. */
const addressSpaceKiB = 3 * 1024 * 1024;
/** V8 sets aside 10 GiB for a memory of WebAssembly, whose accesses then need no check; what it may hold is a limit of its own. */
const pythonAddressSpaceKiB = 24 * 1024 * 1024;
const kiBOfPage = 64;
/** The interpreter with the standard library that plugins may import. */
const pythonOwnMb = 64;
/** Heap of the process's own isolate, which holds messages on their way. */
const ownHeapMb = 160;

/** How far this machine lets a process be shut in. */
export interface Confinement {
  /** A network namespace without any interface. */
  readonly hasNetworkNamespace: boolean;
  /** Limits of address space, core dumps, files written and open. */
  readonly hasResourceLimits: boolean;
}

/** What a sandbox process of a plugin in Python needs beside what all need. */
export interface PythonSandbox {
  /** Of the built component: the only folder that the process may read beside its own code. */
  readonly folder: string;
  /** What the plugin may hold beside the interpreter. */
  readonly memoryMb: number;
}

/** Of code that is Python; the folder is there for the runtimes that ask for it. */
export function pythonSandbox(
  { runtime, limits: { memoryMb } }: SandboxCode,
  folder: string | undefined,
): PythonSandbox | undefined {
  return runtime === 'python' && folder !== undefined ? { folder, memoryMb } : undefined;
}

/** Finds out once what this machine allows; a container may have neither a shell nor the right to make namespaces. */
export async function probeConfinement(): Promise<Confinement> {
  const hasResourceLimits = existsSync(shell);
  const [command = '', ...args] = networkNamespace;
  const hasNetworkNamespace = await promisify(execFile)(command, [...args, process.execPath, '-v'])
    .then(() => true)
    .catch(() => false);
  return { hasNetworkNamespace, hasResourceLimits };
}

const networkNamespace = ['unshare', '--user', '--net'];
const limits = (addressSpace: number): string =>
  `ulimit -c 0; ulimit -f 0; ulimit -n 64; ulimit -v ${String(addressSpace)}; exec "$0" "$@"`;

/**
 * Starts a sandbox process: no environment, no input; descriptor 3 carries messages, 4 its last words, 2 what V8 says when it
 * aborts. Node's permission model is a seat belt, not the fence: it keeps honest code off files and processes.
 */
export function spawnSandbox(
  { hasNetworkNamespace, hasResourceLimits }: Confinement,
  python?: PythonSandbox,
): ChildProcess {
  const addressSpace = python === undefined ? addressSpaceKiB : pythonAddressSpaceKiB;
  const [command = '', ...args] = [
    ...(hasResourceLimits ? [shell, '-c', limits(addressSpace)] : []),
    ...(hasNetworkNamespace ? networkNamespace : []),
    process.execPath,
    ...nodeFlags(),
    ...(python === undefined ? [] : pythonFlags(python)),
    join(sandboxFolder, 'sandbox-main.js'),
    ...(python === undefined ? [] : [python.folder]),
  ];
  return spawn(command, args, {
    env: {},
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
}

/** isolated-vm counts no memory of WebAssembly, so V8 caps it. */
function pythonFlags({ folder, memoryMb }: PythonSandbox): string[] {
  const pages = ((pythonOwnMb + memoryMb) * 1024) / kiBOfPage;
  return [
    `--allow-fs-read=${folder}`,
    `--wasm-max-mem-pages=${String(pages)}`,
    // The component is our own: a function is checked when it is first called, which saves 50 ms of a start.
    '--wasm-lazy-validation',
  ];
}

/** Resolves isolated-vm as the sandbox will. */
function nodeFlags(): string[] {
  const require = createRequire(join(sandboxFolder, 'sandbox-main.js'));
  const isolatedVm = dirname(require.resolve('isolated-vm/package.json'));
  const loader = dirname(
    createRequire(join(isolatedVm, 'isolated-vm.js')).resolve('node-gyp-build/package.json'),
  );
  const readable = [
    sandboxFolder,
    join(sandboxFolder, '..', '..', 'package.json'),
    isolatedVm,
    loader,
    '/etc/alpine-release', // the loader asks which C library there is
  ];
  return [
    '--permission',
    '--allow-addons',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${String(ownHeapMb)}`,
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
  ];
}
