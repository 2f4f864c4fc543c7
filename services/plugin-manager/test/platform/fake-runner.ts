// Stands in for plugin-runner: it says what it was given, and behaves as the plugin's name wants.
import { readFileSync, writeSync } from 'node:fs';

const plugin = process.env['PLUGIN_ID'] ?? '';
const say = (fields: object): void => {
  try {
    writeSync(1, `${JSON.stringify({ level: 'info', service: 'plugin-manager', ...fields })}\n`);
  } catch {
    // Nobody reads any more.
  }
};
// Before it says that it begins: from then on tests ask it to end.
process.stdin.on('end', () => process.exit(0)).resume();
process.on('SIGTERM', () => {
  if (plugin.includes('deaf')) return;
  const drain = (): void => {
    say({ msg: 'fake runner drained' });
    process.exit(0);
  };
  if (plugin.includes('slow')) setTimeout(drain, 16_000);
  else drain();
});
const secrets = JSON.parse(readFileSync(4, 'utf8')) as Record<string, string>;
say({
  msg: 'fake runner begins',
  arguments: process.argv.slice(2),
  environment: Object.keys(process.env).toSorted(),
  hasCredentials: readFileSync(3, 'utf8').includes('NATS USER JWT'),
  secrets: Object.keys(secrets),
  runnerVersion: process.env['PLUGIN_VERSION'],
});
if (!plugin.includes('crash')) writeSync(Number(process.env['READY_DESCRIPTOR']), 'ready\n');
else {
  writeSync(2, 'out of luck\n');
  process.exit(3);
}
