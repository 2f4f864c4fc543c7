// Runs the tests of the Python package with the interpreter of this machine.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const command = process.env['PYTHON'] ?? 'python3';
const version = spawnSync(command, ['-c', 'import sys; print(sys.version_info >= (3, 10))'], {
  encoding: 'utf8',
});
if (version.stdout?.trim() === 'True') {
  const { status } = spawnSync(
    command,
    ['-W', 'error', '-m', 'unittest', 'discover', '-s', 'test', '-t', '.'],
    {
      cwd: folder,
      stdio: 'inherit',
      env: { ...process.env, PYTHONPATH: `${folder}/src`, PYTHONDONTWRITEBYTECODE: '1' },
    },
  );
  process.exitCode = status ?? 1;
} else {
  const reason = version.error === undefined ? 'is older than 3.10' : 'was not found';
  console.error(
    `\n  NOT TESTED: ${command} ${reason}; the Python SDK needs Python 3.10 to be tested.\n  Install it, or name one with PYTHON=/path/to/python3.\n`,
  );
  process.exitCode = process.env['CI'] === undefined ? 0 : 1;
}
