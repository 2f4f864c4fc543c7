import type { LogLine, RecordLogsRequest } from '@made-open/contracts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import type { RunLogLine, RunLogStore } from './run-log-store.ts';

const maxLinesOfRun = 10_000;
const maxLinesOfCall = 1000;
const maxTextLength = 8192;
const levels = new Set(['info', 'warn', 'error']);

/** Keeps the log of a run. What comes is a plugin's text behind a runner: bounded, cleaned, and only of its own connections. */
export class RecordLogs {
  readonly #connections: ConnectionStore;
  readonly #logs: RunLogStore;

  constructor(connections: ConnectionStore, logs: RunLogStore) {
    this.#connections = connections;
    this.#logs = logs;
  }

  async record(pluginId: string, request: RecordLogsRequest): Promise<void> {
    const { runId, connectionId, lines, dropped } = request;
    const plugged = await this.#connections.find(connectionId);
    if (plugged?.connection.pluginId !== pluginId) return;
    const kept = await this.#logs.count(runId);
    if (kept >= maxLinesOfRun) return;
    const wanted = lines.slice(0, maxLinesOfCall).map(lineOf);
    if (dropped > 0)
      wanted.push(note(`${String(dropped)} lines were dropped: the log came too fast`));
    const room = maxLinesOfRun - kept;
    if (wanted.length >= room)
      wanted.splice(
        room - 1,
        Infinity,
        note(`the log ends here: a run keeps ${String(maxLinesOfRun)} lines`),
      );
    if (wanted.length > 0)
      await this.#logs.append({ runId: clean(runId), connectionId, lines: wanted });
  }
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
