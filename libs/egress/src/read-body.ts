import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import { EgressError, faultCode } from './errors.ts';
import type { EgressLimits } from './limits.ts';

const decompress = promisify(gunzip);

/** Reads a body within its limits. One layer of gzip is taken off, as that is what was asked for. */
export async function readBody(
  response: IncomingMessage,
  limits: EgressLimits,
): Promise<Uint8Array> {
  const isPlain = !isPacked(response);
  const wire = await readWire(
    response,
    isPlain ? Math.min(limits.wireBytes, limits.bodyBytes) : limits.wireBytes,
  );
  // Answers to HEAD and 304 name an encoding and have no body.
  return isPlain || wire.byteLength === 0 ? wire : unzip(wire, limits.bodyBytes);
}

/** Hands a body on without holding more than a part of it; gives the empty one that is left. */
export async function passBody(
  response: IncomingMessage,
  pass: (part: Uint8Array) => Promise<void>,
  limit: number,
): Promise<Uint8Array> {
  const source = isPacked(response) ? pipeline(response, createGunzip(), nothing) : response;
  let size = 0;
  for await (const part of source) {
    if (!Buffer.isBuffer(part)) continue;
    size += part.length;
    if (size > limit) throw tooLarge(limit);
    await pass(part);
  }
  return new Uint8Array();
}

/** Its error is that of the last stream, which is read. */
const nothing = (): void => undefined;

function isPacked(response: IncomingMessage): boolean {
  const encoding = (response.headers['content-encoding'] ?? '').trim().toLowerCase();
  if (!['', 'identity', 'gzip', 'x-gzip'].includes(encoding))
    throw new EgressError(
      'RESPONSE_ENCODING',
      'the response is encoded in a way that was not asked for',
    );
  return encoding !== '' && encoding !== 'identity';
}

async function readWire(response: IncomingMessage, limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

async function unzip(wire: Uint8Array, limit: number): Promise<Uint8Array> {
  try {
    return await decompress(wire, { maxOutputLength: limit });
  } catch (error) {
    if (faultCode(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit, error);
    throw new EgressError(
      'RESPONSE_BROKEN',
      'the response says it is gzip and cannot be unpacked',
      'later',
      { cause: error },
    );
  }
}

function tooLarge(limit: number, cause?: unknown): EgressError {
  return new EgressError(
    'RESPONSE_TOO_LARGE',
    `the response has more than ${String(limit)} bytes; ask for smaller pages`,
    'never',
    { cause },
  );
}
