import { jetstream, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { createReadStream, createWriteStream, renameSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { SetupError } from '../errors.ts';

/** The one stream that holds what is nowhere else: contents of files, a message for each part. */
const stream = 'FILES';
const format = { format: 'made-open-files', version: 1 } as const;
const partsAtATime = 16;
const waitMs = 2000;

interface Part {
  readonly subject: string;
  readonly data: string;
}

/** Writes every part into a file of JSON lines that is there whole or not at all; gives how many. */
export async function backUpFiles(nats: NatsConnection, path: string): Promise<number> {
  const unfinished = `${path}.unfinished`;
  let parts = 0;
  async function* lines(): AsyncGenerator<string> {
    yield lineOf(format);
    for await (const { subject, data } of partsOf(nats)) {
      yield lineOf({ subject, data: Buffer.from(data).toString('base64') } satisfies Part);
      parts++;
    }
    yield lineOf({ parts });
  }
  await pipeline(lines, createWriteStream(unfinished, { mode: 0o600, flush: true }));
  renameSync(unfinished, path);
  return parts;
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** Publishes every part of such a file again; what is there already is put in place of itself. */
export async function restoreFiles(nats: NatsConnection, path: string): Promise<number> {
  await check(path);
  const client = jetstream(nats);
  let parts = 0;
  for await (const line of linesOf(path)) {
    if (!isPart(line)) continue;
    await client.publish(line.subject, Buffer.from(line.data, 'base64'));
    parts++;
  }
  return parts;
}

async function* partsOf(nats: NatsConnection): AsyncGenerator<JsMsg> {
  const consumer = await jetstream(nats).consumers.get(stream);
  for (;;) {
    let fetched = 0;
    for await (const message of await consumer.fetch({
      max_messages: partsAtATime,
      expires: waitMs,
    })) {
      yield message;
      fetched++;
    }
    // A server that is slow gives none, too.
    if (fetched === 0 && (await consumer.info()).num_pending === 0) return;
  }
}

/** Throws when the file is another one, or not whole, before anything of it is taken. */
async function check(path: string): Promise<void> {
  let first: unknown;
  let last: unknown;
  let parts = 0;
  for await (const line of linesOf(path)) {
    first ??= line;
    last = line;
    if (isPart(line)) parts++;
  }
  if (JSON.stringify(first) !== JSON.stringify(format))
    throw new SetupError(`${path} is no archive of files, or one of another version`);
  if (JSON.stringify(last) !== JSON.stringify({ parts }))
    throw new SetupError(`${path} is not whole: take an older one`);
}

async function* linesOf(path: string): AsyncGenerator {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  for await (const line of lines) yield parse(line, path);
}

function parse(line: string, path: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new SetupError(`${path} is not whole: take an older one`, { cause: error });
  }
}

function isPart(line: unknown): line is Part {
  const { subject, data } = { subject: undefined, data: undefined, ...Object(line) };
  return typeof subject === 'string' && subject.startsWith('files.') && typeof data === 'string';
}
