import type { LogLine, RecordLogsRequest } from '@made-open/contracts';
import type { ConnectionStore } from '../../connections/connection-store.ts';
import type { Profile } from '../../profile/profile.ts';
import { bytesOf, type RunLogLine, type RunLogSize, type RunLogStore } from './run-log-store.ts';

const maxOfRun: RunLogSize = { lines: 10_000, bytes: 4 * 1024 * 1024 };
const maxLinesOfCall = 1000;
const maxTextLength = 8192;
const levels = new Set(['info', 'warn', 'error']);

/** Keeps the log of a run. What comes is a plugin's text behind a runner: bounded, cleaned, and only of its own connections. */
export class RecordLogs {
  readonly #connections: ConnectionStore;
  readonly #logs: RunLogStore;
  readonly #profile: Pick<Profile, 'kept' | 'name'>;

  constructor(
    connections: ConnectionStore,
    logs: RunLogStore,
    profile: Pick<Profile, 'kept' | 'name'>,
  ) {
    this.#profile = profile;
    this.#connections = connections;
    this.#logs = logs;
  }

  async record(pluginId: string, request: RecordLogsRequest): Promise<void> {
    const { connectionId, lines, dropped } = request;
    const runId = clean(request.runId);
    const plugged = await this.#connections.find(connectionId);
    if (plugged?.connection.pluginId !== pluginId) return;
    const kept = await this.#logs.size(runId);
    const room = { lines: maxOfRun.lines - kept.lines, bytes: maxOfRun.bytes - kept.bytes };
    if (room.lines <= 0 || room.bytes <= 0) return;
    const wanted = lines.slice(0, maxLinesOfCall).map((line) => this.#kept(lineOf(line)));
    if (dropped > 0)
      wanted.push(note(`${String(dropped)} lines were dropped: the log came too fast`));
    if (wanted.length > 0)
      await this.#logs.append({ runId, connectionId, lines: fitting(wanted, room) });
  }

  #kept(line: RunLogLine): RunLogLine {
    const { name } = this.#profile;
    const fields = name === 'standard' ? line.fields : '{}';
    return { ...line, message: this.#profile.kept(line.message), fields };
  }
}

/** What there is room for; the line that fills it is the last, so that the next call finds no room. */
function fitting(wanted: readonly RunLogLine[], room: RunLogSize): readonly RunLogLine[] {
  let bytes = 0;
  const filling = wanted.findIndex((line) => {
    bytes += bytesOf(line);
    return bytes >= room.bytes;
  });
  if (filling === -1 && wanted.length < room.lines) return wanted;
  const count = filling === -1 ? wanted.length : filling + 1;
  const end = note(
    `the log ends here: a run keeps ${String(maxOfRun.lines)} lines and ${String(maxOfRun.bytes / 1024 / 1024)} MiB`,
  );
  return [...wanted.slice(0, Math.min(count, room.lines - 1)), end];
}

function lineOf({ time, level, message, fieldsJson }: LogLine): RunLogLine {
  const at = new Date(time);
  return {
    at: Number.isNaN(at.getTime()) ? new Date() : at,
    level: levels.has(level) ? level : 'info',
    message: clean(message),
    fields: isJsonObject(fieldsJson) ? clean(fieldsJson) : '{}',
  };
}

function note(message: string): RunLogLine {
  return { at: new Date(), level: 'warn', message, fields: '{}' };
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function clean(text: string): string {
  return text.slice(0, maxTextLength).replaceAll('\u0000', '').toWellFormed();
}

function isJsonObject(text: string): boolean {
  if (text.length > maxTextLength) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
