import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { Invocation, type CommandGroup } from '../command.ts';
import { findConnection } from '../connections/find-connection.ts';
import { CliError, exitCodes, reasonOf as faultOf } from '../errors.ts';
import { answerAt, textAt, type Answer } from '../platform/answer.ts';
import type { Api } from '../platform/api.ts';
import { table } from '../terminal/table.ts';
import { gatewayOf } from './gateway.ts';

interface SendOptions {
  readonly connection?: string;
  readonly from?: string;
  readonly key?: string;
  readonly test?: true;
  readonly wait: boolean;
}

interface ListOptions {
  readonly connection?: string;
  readonly state?: string;
}

const ended = new Set(['succeeded', 'failed', 'cancelled', 'unknown']);
const lookEveryMs = 1000;
const states = 'accepted, queued, in_progress, succeeded, failed, cancelled or unknown';

export const faxCommands: CommandGroup = (program, surroundings) => {
  const begin = (command: Command): Invocation => new Invocation(surroundings, command);
  const fax = program.command('fax').summary('send a fax, and see what became of it');
  fax
    .command('send')
    .summary('send a PDF or a text, and follow it until its provider says what became of it')
    .argument('<number>', 'of the receiver, +442079460000 for example')
    .argument('<file>', 'a PDF, or a text in UTF-8')
    .option('--connection <connection>', 'by its id or name; the active provider unless given')
    .option('--from <number>', 'the sender, where the provider has several')
    .option('--key <key>', 'its Idempotency-Key: the same one again sends nothing')
    .option('--test', 'mark it as a test; it is really sent')
    .option('--no-wait', 'do not follow it')
    .action((to: string, file: string, options: SendOptions, command) =>
      send(begin(command), { to, file }, options),
    );
  fax
    .command('list')
    .summary('list faxes, the newest first')
    .option('--connection <connection>', 'only those of one connection, by its id or name')
    .option('--state <state>', states)
    .action((options: ListOptions, command) => list(begin(command), options));
  fax
    .command('show')
    .summary('show one fax')
    .argument('<fax>', 'its id')
    .action((id: string, _options, command) => show(begin(command), id));
  fax
    .command('cancel')
    .summary('take a fax back, or ask its provider to')
    .argument('<fax>', 'its id')
    .action((id: string, _options, command) => cancel(begin(command), id));
};

async function send(
  invocation: Invocation,
  { to, file }: { readonly to: string; readonly file: string },
  { connection, from, key = randomUUID(), test: isTest, wait }: SendOptions,
): Promise<void> {
  const gateway = gatewayOf(invocation);
  const form = new FormData();
  form.set('to', to);
  if (from !== undefined) form.set('from', from);
  if (connection !== undefined) form.set('connection_id', await idOf(invocation, connection));
  if (isTest === true) {
    form.set('test', 'true');
    // Whoever types the number and --test has confirmed it.
    form.set('confirm', to);
  }
  form.set('file', new Blob([await contentOf(invocation, file)]), basename(file));
  const accepted = await gateway.post('/faxes', form, { 'Idempotency-Key': key });
  const shown = wait ? await settled(gateway, pathOf(textAt(accepted, 'id'))) : accepted;
  invocation.terminal.result(shown, () => faxLine(shown));
  const state = textAt(shown, 'state');
  if (['failed', 'unknown'].includes(state))
    throw new CliError(
      `fax.${state}`,
      exitCodes.failed,
      reasonOf(shown) || 'nobody knows what became of the fax',
    );
}

async function contentOf({ folder }: Invocation, file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(resolve(folder, file)));
  } catch (error) {
    throw new CliError('input.unreadable', exitCodes.data, `${file}: ${faultOf(error)}`);
  }
}

/** A state that no provider changes any more; `unknown` counts once nobody is asked. */
async function settled(gateway: Api, path: string): Promise<Answer> {
  for (;;) {
    const fax = await gateway.get(path);
    const state = textAt(fax, 'state');
    const isOver = state !== 'unknown' || answerAt(fax, 'error') !== undefined;
    if (ended.has(state) && isOver) return fax;
    await delay(lookEveryMs);
  }
}

async function list(invocation: Invocation, { connection, state }: ListOptions): Promise<void> {
  const query = new URLSearchParams();
  if (connection !== undefined) query.set('connection', await idOf(invocation, connection));
  if (state !== undefined) query.set('state', state);
  const suffix = query.size === 0 ? '' : `?${query.toString()}`;
  const found = await gatewayOf(invocation).list(`/faxes${suffix}`);
  const names = ['id', 'state', 'to', 'pages', 'created_at', 'job_id'];
  invocation.terminal.result(found, () =>
    table(
      [...names, 'error'].map((name) => name.replaceAll('_', ' ')),
      found.map((each) => [...names.map((name) => textAt(each, name)), reasonOf(each)]),
    ),
  );
}

async function show(invocation: Invocation, id: string): Promise<void> {
  const fax = await gatewayOf(invocation).get(pathOf(id));
  invocation.terminal.result(fax, () => faxLine(fax));
}

async function cancel(invocation: Invocation, id: string): Promise<void> {
  const fax = await gatewayOf(invocation).post(`${pathOf(id)}/cancel`);
  const isDone = textAt(fax, 'state') === 'cancelled';
  invocation.terminal.result(fax, () =>
    isDone ? faxLine(fax) : `fax ${id}: its provider is asked to cancel it`,
  );
}

async function idOf({ api, folder }: Invocation, named: string): Promise<string> {
  return textAt(await findConnection(api, folder, named), 'id');
}

function pathOf(id: string): string {
  return `/faxes/${encodeURIComponent(id)}`;
}

function faxLine(fax: Answer): string {
  const why = reasonOf(fax);
  const pages = textAt(fax, 'pages');
  return [
    `fax ${textAt(fax, 'id')} to ${textAt(fax, 'to')} is ${textAt(fax, 'state')}`,
    pages === '' ? '' : `, ${pages} page${pages === '1' ? '' : 's'}`,
    why === '' ? '' : ` (${why})`,
  ].join('');
}

/** What went wrong, as its code and words; empty where nothing did. */
function reasonOf(fax: Answer): string {
  const error = answerAt(fax, 'error') ?? {};
  return ['code', 'message']
    .map((name) => textAt(error, name))
    .filter((text) => text !== '')
    .join(': ');
}
