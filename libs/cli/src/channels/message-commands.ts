import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { findConnection } from '../connections/find-connection.ts';
import { CliError, exitCodes } from '../errors.ts';
import type { Api } from '../platform/api.ts';
import { answerAt, textAt, type Answer } from '../platform/answer.ts';
import { table } from '../terminal/table.ts';
import { gatewayOf } from './gateway.ts';

interface SendOptions {
  readonly to: string;
  readonly body?: string;
  readonly from?: string;
  readonly attachment?: string[];
  readonly key?: string;
  readonly wait: boolean;
}

type Begin = (command: Command) => Invocation;

const open = new Set(['queued', 'sending']);
const lookEveryMs = 300;
const connection = ['<connection>', 'of a channel, by its id or name'] as const;

export const messageCommands: CommandGroup = (program, surroundings) => {
  const begin: Begin = (command) => new Invocation(surroundings, command);
  const message = program
    .command('message')
    .summary('send a message through a channel, and see what became of it');
  sendCommand(message, begin);
  message
    .command('list')
    .summary('list messages that were sent, the newest first')
    .argument(...connection)
    .option('--state <state>', 'queued, sending, sent, delivered, failed, unknown or cancelled')
    .action((named: string, { state }: { state?: string }, command) =>
      list(begin(command), named, state),
    );
  message
    .command('show')
    .summary('show one message that was sent')
    .argument(...connection)
    .argument('<message>', 'its id')
    .action((named: string, id: string, _options, command) => show(begin(command), named, id));
};

function sendCommand(message: Command, begin: Begin): void {
  message
    .command('send')
    .summary('send a message and follow it until the provider has it')
    .argument(...connection)
    .requiredOption(
      '--to <address>',
      'as the channel calls its receivers, +15551234567 for example',
    )
    .option('--body <text>', 'what it says')
    .option('--from <address>', 'the sender, where the channel has several')
    .option('--attachment <file_id...>', 'stored files that go along')
    .option('--key <key>', 'its Idempotency-Key: the same one again sends nothing')
    .option('--no-wait', 'do not follow it')
    .action((named: string, options: SendOptions, command) => send(begin(command), named, options));
}

async function send(invocation: Invocation, named: string, options: SendOptions) {
  const { terminal } = invocation;
  const { to, body = '', from, attachment = [], key = randomUUID(), wait } = options;
  const gateway = gatewayOf(invocation);
  const path = await pathOf(invocation, named);
  const attachments = attachment.map((file_id) => ({ file_id }));
  const content = { to, body, from, ...(attachments.length === 0 ? {} : { attachments }) };
  const accepted = await gateway.post(path, content, { 'Idempotency-Key': key });
  const shown = wait ? await settled(gateway, `${path}/${textAt(accepted, 'id')}`) : accepted;
  terminal.result(shown, () => messageLine(shown));
  if (['failed', 'unknown'].includes(textAt(shown, 'state')))
    throw new CliError(
      `message.${textAt(shown, 'state')}`,
      exitCodes.failed,
      reasonOf(shown) || 'the message was not sent',
    );
}

async function settled(gateway: Api, path: string): Promise<Answer> {
  for (;;) {
    const message = await gateway.get(path);
    if (!open.has(textAt(message, 'state'))) return message;
    await delay(lookEveryMs);
  }
}

async function list(invocation: Invocation, named: string, state: string | undefined) {
  const query = state === undefined ? '' : `?state=${encodeURIComponent(state)}`;
  const path = await pathOf(invocation, named);
  const found = await gatewayOf(invocation).list(`${path}${query}`);
  const names = ['id', 'state', 'to', 'created_at', 'external_id'];
  invocation.terminal.result(found, () =>
    table(
      [...names, 'error'].map((name) => name.replaceAll('_', ' ')),
      found.map((each) => [...names.map((name) => textAt(each, name)), reasonOf(each)]),
    ),
  );
}

async function show(invocation: Invocation, named: string, id: string) {
  const path = await pathOf(invocation, named);
  const message = await gatewayOf(invocation).get(`${path}/${encodeURIComponent(id)}`);
  invocation.terminal.result(message, () => messageLine(message));
}

async function pathOf({ api, folder }: Invocation, named: string): Promise<string> {
  const { id } = await findConnection(api, folder, named);
  return `/channels/${String(id)}/messages`;
}

function messageLine(message: Answer): string {
  const why = reasonOf(message);
  return `message ${textAt(message, 'id')} to ${textAt(message, 'to')} is ${textAt(message, 'state')}${why === '' ? '' : ` (${why})`}`;
}

/** Why it was not sent, as its code and words; empty where nothing went wrong. */
function reasonOf(message: Answer): string {
  const error = answerAt(message, 'error') ?? {};
  return ['code', 'message']
    .map((name) => textAt(error, name))
    .filter((text) => text !== '')
    .join(': ');
}
