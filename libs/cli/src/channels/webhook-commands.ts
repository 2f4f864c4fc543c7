import { Option, type Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { connectionArgument, findConnection } from '../connections/find-connection.ts';
import { answerAt, answersAt, textAt, type Answer } from '../platform/answer.ts';
import { table } from '../terminal/table.ts';
import { sendDelivery, type SendOptions } from './send-delivery.ts';

interface ListOptions {
  readonly state?: string;
  readonly limit: string;
}

type Begin = (command: Command) => Invocation;

export const webhookCommands: CommandGroup = (program, surroundings) => {
  const begin: Begin = (command) => new Invocation(surroundings, command);
  const webhook = program
    .command('webhook')
    .summary('addresses that providers send to, and what they have sent');
  addressCommands(webhook, begin);
  sendCommand(webhook, begin);
  deliveryCommands(webhook, begin);
};

function addressCommands(webhook: Command, begin: Begin): void {
  webhook
    .command('urls')
    .summary('show the addresses to enter at the provider')
    .argument(...connectionArgument)
    .action((connection: string | undefined, _options, command) =>
      urls(begin(command), connection),
    );
  webhook
    .command('token')
    .summary('make a new token for addresses that nothing else proves; the old one stops')
    .argument(...connectionArgument)
    .action((connection: string | undefined, _options, command) =>
      newToken(begin(command), connection),
    );
}

function sendCommand(webhook: Command, begin: Begin): void {
  webhook
    .command('send')
    .summary('send a delivery as the provider would, signed by its scheme')
    .argument(...connectionArgument)
    .requiredOption('--file <file>', 'the body; - is standard input')
    .option('--name <name>', 'as the manifest calls the webhook; the bare path unless given')
    .option('--content-type <type>', 'application/json unless given')
    .option('--header <name=value...>', 'what the provider sends beside')
    .option(
      '--secret-file <file>',
      'a file of mode 0600 with the secret or token; - is standard input',
    )
    .option('--secret-env <VARIABLE>', 'the environment variable with the secret or token')
    .action((connection: string | undefined, options: SendOptions, command) =>
      send(begin(command), connection, options),
    );
}

function deliveryCommands(webhook: Command, begin: Begin): void {
  webhook
    .command('deliveries')
    .summary('list what providers have sent, the newest first')
    .argument(...connectionArgument)
    .addOption(new Option('--state <state>').choices(['pending', 'handled', 'failed']))
    .option('--limit <count>', 'at most so many', '50')
    .action((connection: string | undefined, options: ListOptions, command) =>
      list(begin(command), connection, options),
    );
  webhook
    .command('show <delivery>')
    .summary('show one delivery with its body')
    .argument(...connectionArgument)
    .action((delivery: string, connection: string | undefined, _options, command) =>
      show(begin(command), connection, delivery),
    );
  webhook
    .command('replay <delivery>')
    .summary('give a delivery to the plugin once more')
    .argument(...connectionArgument)
    .action((delivery: string, connection: string | undefined, _options, command) =>
      replay(begin(command), connection, delivery),
    );
}

async function urls({ api, terminal, folder }: Invocation, named: string | undefined) {
  const { id } = await findConnection(api, folder, named);
  const webhooks = answersAt(await api.get(`/connections/${String(id)}`), 'webhooks');
  terminal.result(webhooks, () =>
    webhooks.length === 0
      ? 'its plugin takes no webhooks'
      : table(
          ['name', 'proven by', 'url'],
          webhooks.map((each) => [
            textAt(each, 'name') || '(bare path)',
            textAt(each, 'verify'),
            textAt(each, 'url'),
          ]),
        ),
  );
}

async function newToken({ api, terminal, folder }: Invocation, named: string | undefined) {
  const { id } = await findConnection(api, folder, named);
  const made = await api.post(`/connections/${String(id)}/webhook-token`);
  terminal.result(made, () =>
    answersAt(made, 'webhooks')
      .map((each) => textAt(each, 'url'))
      .join('\n'),
  );
  terminal.note('the token is shown only now; addresses with the one before are no longer there');
}

async function send(invocation: Invocation, named: string | undefined, options: SendOptions) {
  const { api, terminal, folder } = invocation;
  const { id } = await findConnection(api, folder, named);
  const connection = await api.get(`/connections/${String(id)}`);
  const answer = await sendDelivery(invocation, connection, options);
  terminal.result(answer, () => `answered ${String(answer.status)}\n${answer.body}`.trimEnd());
}

async function list(
  { api, terminal, folder }: Invocation,
  named: string | undefined,
  { state, limit }: ListOptions,
) {
  const { id } = await findConnection(api, folder, named);
  const query = state === undefined ? '' : `?state=${state}`;
  const found = await api.list(`/connections/${String(id)}/deliveries${query}`, Number(limit));
  terminal.result(found, () =>
    table(
      ['id', 'webhook', 'state', 'tries', 'received at', 'error code'],
      found.map((each) => [
        textAt(each, 'id'),
        textAt(each, 'webhook') || '(bare path)',
        ...['state', 'tries', 'received_at'].map((name) => textAt(each, name)),
        textAt(answerAt(each, 'error') ?? {}, 'code'),
      ]),
    ),
  );
}

async function show(
  { api, terminal, folder }: Invocation,
  named: string | undefined,
  delivery: string,
) {
  const { id } = await findConnection(api, folder, named);
  const found = await api.get(
    `/connections/${String(id)}/deliveries/${encodeURIComponent(delivery)}`,
  );
  terminal.result(found, () => deliveryText(found));
}

async function replay(
  { api, terminal, folder }: Invocation,
  named: string | undefined,
  delivery: string,
) {
  const { id } = await findConnection(api, folder, named);
  const path = `/connections/${String(id)}/deliveries/${encodeURIComponent(delivery)}/replay`;
  const replayed = await api.post(path);
  terminal.result(replayed, () => `${textAt(replayed, 'id')} is ${textAt(replayed, 'state')}`);
}

const shownFields = [
  'id',
  'webhook',
  'provider_id',
  'state',
  'tries',
  'received_at',
  'received_count',
  'handled_at',
  'next_try_at',
  'content_type',
] as const;

function deliveryText(delivery: Answer): string {
  const error = answerAt(delivery, 'error') ?? {};
  const lines = [
    ...shownFields.map((name) => [name, textAt(delivery, name)] as const),
    ['error', ['code', 'message'].map((name) => textAt(error, name)).join(': ')] as const,
  ].filter(([, value]) => value !== '' && value !== ': ');
  const headers = Object.entries(answerAt(delivery, 'headers') ?? {});
  return [
    ...lines.map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`),
    ...headers.map(([name, value]) => `  ${name}: ${String(value)}`),
    '',
    bodyText(textAt(delivery, 'body')),
  ].join('\n');
}

/** Text as it is; base64 of what is none. */
function bodyText(base64: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    return base64;
  }
}
