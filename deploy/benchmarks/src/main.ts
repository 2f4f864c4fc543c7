import { benchChannels } from './channels/bench-channels.ts';
import { channelReport } from './channels/channel-report.ts';
import { benchCluster } from './cluster/bench-cluster.ts';
import { clusterReport } from './cluster/cluster-report.ts';
import { readOptions, usage, UsageError } from './options.ts';
import { benchPython } from './python/bench-python.ts';
import { pythonReport } from './python/python-report.ts';
import { ratios, report } from './report/report.ts';
import { runBenchmark } from './run-benchmark.ts';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

try {
  const options = readOptions(process.argv.slice(2));
  const note = options.json ? (): void => undefined : say;
  if (options.cluster) {
    const result = await benchCluster(options.rounds, note);
    say(options.json ? JSON.stringify(result) : clusterReport(result));
  } else if (options.python) {
    const result = benchPython({ items: 10_000, rounds: options.rounds }, note);
    say(options.json ? JSON.stringify(result) : pythonReport(result));
  } else if (options.channels) {
    const result = await benchChannels(options, note);
    say(options.json ? JSON.stringify(result) : channelReport(result));
  } else {
    const result = await runBenchmark(options, note);
    say(options.json ? JSON.stringify({ ...result, ratios: ratios(result) }) : report(result));
  }
} catch (error) {
  const text = error instanceof UsageError ? `${error.message}\n${usage}` : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
