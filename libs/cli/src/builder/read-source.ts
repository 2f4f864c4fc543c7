import { readFileSync } from 'node:fs';
import { CliError, exitCodes, reasonOf } from '../errors.ts';
import { isAnswer, type Answer } from '../platform/answer.ts';

/** A JSON file of what the wizard asks for. */
export function readInputFile(path: string): Answer {
  const text = read(path);
  try {
    const value: unknown = JSON.parse(text);
    if (isAnswer(value)) return value;
  } catch {
    // Told below, like any other text that is no object.
  }
  throw new CliError('build.input', exitCodes.data, `${path} is not a JSON object`);
}

/** Text of a document, which the platform reads. */
export function readDocument(path: string): string {
  return read(path);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CliError(
      'build.unreadable',
      exitCodes.notFound,
      `${path} cannot be read: ${reasonOf(error)}`,
    );
  }
}
