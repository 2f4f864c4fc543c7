import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Whose output it is; stands on every line. */
export interface RunnerMarks {
  readonly pluginId: string;
  readonly version: string;
  readonly pid: number | undefined;
}

const maxLineLength = 65_536;

/** Hands on what a runner writes, line by line, so that no line in the manager's log is taken for the manager's own. */
export function markOutput(
  output: Readable,
  marks: RunnerMarks,
  write: (line: string) => void,
): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const hand = (line: string): void => {
    if (line !== '') write(markedLine(line.slice(0, maxLineLength), marks));
  };
  output.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    // What is longer is cut: a line without an end must not fill the memory.
    rest = (lines.pop() ?? '').slice(0, maxLineLength);
    for (const line of lines) hand(line);
  });
  output.on('end', () => hand(rest));
  output.on('error', () => undefined); // it has ended
}

/** A line as it goes into the log: JSON keeps its fields, anything else becomes the message. */
export function markedLine(line: string, { pluginId, version, pid }: RunnerMarks): string {
  const fields = readFields(line) ?? { level: 'warn', time: new Date().toISOString(), msg: line };
  return JSON.stringify({ ...fields, service: 'plugin-runner', pluginId, version, pid });
}

function readFields(line: string): object | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
