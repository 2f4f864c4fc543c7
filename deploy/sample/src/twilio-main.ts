import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { TerminalPhone } from './twilio/terminal-phone.ts';

const usage = `npm run twilio -w @made-open/sample [-- --webhook <address>] [-- --port <port>]

  --webhook   where the number's messages are told: the address that made-open webhook urls shows
  --port      4103 unless given; 0 takes a free one
`;

const { values } = parseArgs({
  options: {
    webhook: { type: 'string' },
    port: { type: 'string', default: '4103' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(usage);
else await run();

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function run(): Promise<void> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const phone = await TerminalPhone.start({
    port: Number(values.port),
    authorityFile: join(process.env['MADE_OPEN_DATA'] ?? join(root, '.made-open'), 'twilio-ca.pem'),
    webhookUrl: values.webhook,
    say,
  });
  say(phone.introduction);
  const typed = createInterface({ input: process.stdin });
  typed.on('line', (line) => void phone.write(line));
  const stop = (): void => {
    typed.close();
    void phone.stop();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
