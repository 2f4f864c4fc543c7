// Runs a command of this project with the Node it needs, on any Node from 18: fetches Node 24 once, installs the locked
// packages, builds, and hands over. Plain JavaScript, since nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const wantedMajor = 24;
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..');
const cache = join(root, '.cache');

const [command, ...args] = process.argv.slice(2);
const node = findNode();
installPackages(node);
const commands = {
  start: () => {
    run(node, [nx(), 'run-many', '-t', 'build', '--outputStyle=static'], 'quiet');
    return run(node, ['--enable-source-maps', join(root, 'deploy/local/dist/main.js'), ...args]);
  },
  test: () => run('bash', [join(root, '.ci', 'run'), 'test']),
};
if (!Object.hasOwn(commands, command)) {
  process.stderr.write(
    `unknown command "${command}"; there are ${Object.keys(commands).join(', ')}\n`,
  );
  process.exit(2);
}
process.exit(commands[command]());

function nx() {
  return join(root, 'node_modules', 'nx', 'bin', 'nx.js');
}

/** This process's own Node when it is the right one, else the one that npm brings for this machine. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) === wantedMajor) return process.execPath;
  const folder = join(cache, 'node');
  const binary = join(
    folder,
    'node_modules',
    `node-${process.platform}-${process.arch}`,
    'bin',
    'node',
  );
  if (!existsSync(binary)) {
    process.stdout.write(`fetching Node ${wantedMajor} (this one is ${process.version}) …\n`);
    mkdirSync(folder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      cpSync(join(here, '..', 'node', file), join(folder, file));
    mustSucceed(
      spawnSync('npm', ['ci', '--no-progress'], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'inherit'],
      }),
      'npm could not fetch Node 24; install Node 24 yourself and try again',
    );
  }
  return binary;
}

/** Runs `npm ci` when the lock has changed since the last time. */
function installPackages(binary) {
  const stamp = join(root, 'node_modules', '.made-open-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stdout.write('installing the locked packages …\n');
  mustSucceed(
    spawnSync('npm', ['ci', '--no-progress'], {
      cwd: root,
      env: environment(binary),
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
    'npm ci failed; see above',
  );
  writeFileSync(stamp, lock);
}

function environment(binary) {
  return {
    ...process.env,
    NX_DAEMON: 'false',
    PATH: `${dirname(binary)}${delimiter}${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
  };
}

function run(file, fileArgs, quiet) {
  const result = spawnSync(file, fileArgs, {
    cwd: root,
    env: environment(node),
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  if (quiet) mustSucceed(result, `${result.stdout}${result.stderr}`);
  return result.status ?? 1;
}

function mustSucceed(result, message) {
  if (result.status === 0) return;
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
