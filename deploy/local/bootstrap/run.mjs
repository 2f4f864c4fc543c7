// Runs a command of this project with the Node it needs, on any Node from 18: fetches Node 24 once, installs the locked
// packages, builds, and hands over. Plain JavaScript, since nothing is installed yet.
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './find-node.mjs';
import { isInstalled } from './installed.mjs';
import { checkMachine, checkSpace, explainNpm } from './machine.mjs';
import { BootstrapError, handOver, phase } from './phase.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const program = (path) => (node, args) => [
  node,
  ['--enable-source-maps', join(root, path), ...args],
];

/** What comes after Node, packages and, where wanted, the build. */
const commands = {
  start: { build: true, endsWithUs: true, run: program('deploy/local/dist/main.js') },
  bench: { build: true, endsWithUs: true, run: program('deploy/benchmarks/dist/main.js') },
  images: { build: true, run: program('deploy/images/dist/main.js') },
  cluster: { build: true, run: program('deploy/test-cluster/dist/main.js') },
  test: { run: () => ['bash', [join(root, '.ci', 'run'), 'test']] },
  check: { run: () => ['bash', ['-c', 'nx run-many -t build test && npm run lint']] },
  generate: { run: () => ['npm', ['run', 'generate:files']] },
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BootstrapError)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
}

async function main([name, ...args]) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined)
    throw new BootstrapError(
      `unknown command "${name}"; there are ${Object.keys(commands).join(', ')}`,
    );
  checkMachine();
  const node = await findNode(root);
  const env = environment(node);
  await installPackages(env);
  if (command.build)
    await phase('building', 'nx', ['run-many', '-t', 'build', '--outputStyle=static'], {
      cwd: root,
      env,
      explain: (output) => `the build failed:\n${output}`,
    });
  const [file, fileArgs] = command.run(node, args);
  return handOver(file, fileArgs, { cwd: root, env, endsWithUs: command.endsWithUs === true });
}

async function installPackages(env) {
  if (isInstalled(root)) return;
  checkSpace(root);
  await phase('installing the locked packages', 'npm', ['ci', '--no-progress'], {
    cwd: root,
    env,
    explain: (output) => explainNpm('the packages could not be installed', output, root),
  });
}

function environment(node) {
  return {
    ...process.env,
    NX_DAEMON: 'false',
    PATH: [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  };
}
