// Reads what Jest wrote: `failed FILE` prints the test files that failed, `sum FOLDER STEPS` the closing lines.
import { readdirSync, readFileSync } from 'node:fs';

/** More files than this are no accident of a busy machine. */
const mostAgain = 3;
const [command, path, steps] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, 'utf8')).testResults;
const count = (tests, status) => tests.filter((test) => test.status === status).length;

if (command === 'failed') {
  const failed = read(path).filter(({ status }) => status === 'failed');
  if (failed.length <= mostAgain) console.log(failed.map(({ name }) => name).join(' '));
} else {
  process.exit(sum(path, Number(steps)) === 0 ? 0 : 1);
}

/** Gives how many failed. A second run of a file counts instead of its first. */
function sum(folder, failedSteps) {
  const files = new Map();
  // "x.again.json" sorts before "x.json".
  for (const report of readdirSync(folder).toSorted().toReversed())
    for (const file of read(`${folder}/${report}`)) {
      if (report.endsWith('.again.json') && file.status === 'passed')
        console.log(`passed only when run once more, alone: ${file.name}`);
      files.set(`${report.split('.')[0]} ${file.name}`, file);
    }
  let [passed, failed] = [0, 0];
  for (const { assertionResults: tests, status } of files.values()) {
    passed += count(tests, 'passed');
    failed += count(tests, 'failed') || (status === 'failed' ? 1 : 0);
  }
  // A step that failed without a failed test, lint for example, counts as one.
  if (failed === 0) failed = failedSteps;
  console.log(`${passed} passed, ${failed} failed`);
  return failed + failedSteps;
}
