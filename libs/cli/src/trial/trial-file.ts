import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { CliError, exitCodes, reasonOf } from '../errors.ts';
import { isAnswer } from '../platform/answer.ts';

/** A file of this machine as one that the platform keeps. */
export interface TrialFile {
  /** SHA-256 of the content, hexadecimal. */
  readonly fileId: string;
  readonly name: string;
  readonly mimeType: string;
  readonly base64: string;
}

const types: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.txt': 'text/plain',
};

export function trialFile(path: string): TrialFile {
  const content = read(path);
  return {
    fileId: createHash('sha256').update(content).digest('hex'),
    name: basename(path),
    mimeType: types[extname(path).toLowerCase()] ?? 'application/octet-stream',
    base64: content.toString('base64'),
  };
}

/** The input with the file, and the key that the platform would give it. */
export function withFile(input: unknown, { fileId, name, mimeType, base64 }: TrialFile): unknown {
  const size = Buffer.byteLength(base64, 'base64');
  const file = { file_id: fileId, name, mime_type: mimeType, size_bytes: size };
  return { idempotencyKey: 'trial', ...(isAnswer(input) ? input : {}), file };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CliError('input.unreadable', exitCodes.data, `${path}: ${reasonOf(error)}`);
  }
}
