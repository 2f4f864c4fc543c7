import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Invocation } from '../command.ts';
import { CliError, exitCodes, reasonOf, usageError } from '../errors.ts';
import { answerAt, answersAt, textAt, type Answer } from '../platform/answer.ts';
import { readSecret, type SecretOptions } from '../terminal/read-secret.ts';
import { signDelivery } from './sign-delivery.ts';

export interface SendOptions extends SecretOptions {
  readonly file: string;
  readonly name?: string;
  readonly contentType?: string;
  readonly header?: string[];
}

/** What the webhook answered. */
export interface DeliveryAnswer {
  readonly status: number;
  readonly body: string;
}

/** Where the token of an address stands that nothing else proves; the platform knows only its hash. */
const tokenPlace = '<token>';

/** Sends to one of a connection's webhooks; throws when it is not accepted. */
export async function sendDelivery(
  invocation: Invocation,
  connection: Answer,
  options: SendOptions,
): Promise<DeliveryAnswer> {
  const webhook = webhookOf(connection, options.name ?? '');
  const verify = textAt(webhook, 'verify');
  const secret = await readSecret(invocation, options);
  if (secret === undefined)
    throw usageError(
      `the webhook is proven by ${verify === 'none' ? 'the token in its address' : verify}: give it with --secret-file or --secret-env`,
    );
  const given = {
    url: textAt(webhook, 'url').replace(tokenPlace, secret),
    contentType: options.contentType ?? 'application/json',
    body: await bodyOf(invocation, options.file),
  };
  const scheme = { verify, secret, signature: answerAt(webhook, 'signature') };
  const now = Math.floor(Date.now() / 1000);
  const { url, contentType, body, headers } = signDelivery(given, { ...scheme, now });
  const response = await post(url, body, {
    'content-type': contentType,
    ...headers,
    ...headersOf(options.header ?? []),
  });
  if (response.status < 300) return response;
  throw new CliError(
    'webhook.refused',
    exitCodes.failed,
    `the webhook answered ${String(response.status)}: ${response.body}`,
  );
}

function webhookOf(connection: Answer, name: string): Answer {
  const webhooks = answersAt(connection, 'webhooks');
  const found = webhooks.find((each) => textAt(each, 'name') === name);
  if (found !== undefined) return found;
  const names = webhooks.map((each) => textAt(each, 'name') || 'the bare path');
  throw new CliError(
    'webhook.not_found',
    exitCodes.notFound,
    names.length === 0
      ? 'its plugin takes no webhooks'
      : `it has no webhook "${name}"; there is ${names.join(', ')}`,
  );
}

async function bodyOf({ terminal, folder }: Invocation, file: string): Promise<string> {
  if (file === '-') return terminal.input();
  try {
    return await readFile(join(folder, file), 'utf8');
  } catch (error) {
    throw new CliError(
      'cli.unreadable',
      exitCodes.data,
      `${file} cannot be read: ${reasonOf(error)}`,
    );
  }
}

function headersOf(given: readonly string[]): Record<string, string> {
  const pairs = given.map((text) => {
    const [, name, value] = /^([A-Za-z0-9-]+)=(.*)$/u.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw usageError(`--header ${text}: write it as name=value`);
    return [name.toLowerCase(), value] as const;
  });
  return Object.fromEntries(pairs);
}

async function post(
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<DeliveryAnswer> {
  try {
    const response = await fetch(url, { method: 'POST', body, headers, redirect: 'error' });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    // Not the address itself: a token may be in it.
    throw new CliError(
      'webhook.unreachable',
      exitCodes.unavailable,
      `${new URL(url).origin} does not answer: ${reasonOf(cause)}`,
    );
  }
}
