import { setTimeout as delay } from 'node:timers/promises';
import { CliError, exitCodes } from '../errors.ts';
import type { Api } from '../platform/api.ts';
import { answerAt, numberAt, textAt, type Answer } from '../platform/answer.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import type { Terminal } from '../terminal/terminal.ts';

const firstPauseMs = 150;
const longestPauseMs = 2000;

/** Follows a task until it ends; shows how far it is, and why it waits. */
export async function waitForTask(api: Api, terminal: Terminal, id: string): Promise<Answer> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const task = await api.get(`/tasks/${encodeURIComponent(id)}`);
    if (textAt(task, 'state') !== 'working') return task;
    const waits = textAt(answerAt(task, 'error') ?? {}, 'code');
    terminal.progress(
      progressBar(
        `${textAt(task, 'kind')}${waits === '' ? '' : ` waits (${waits})`}`,
        numberAt(task, 'affected'),
      ),
    );
    await delay(pauseMs);
  }
}

/** Throws when the task failed, so that the command does. */
export function requireDone(task: Answer): void {
  if (textAt(task, 'state') !== 'failed') return;
  const error = answerAt(task, 'error') ?? {};
  throw new CliError(
    textAt(error, 'code') || 'task.failed',
    exitCodes.failed,
    `the task ${textAt(task, 'id')} (${textAt(task, 'kind')}) has failed`,
    { details: [textAt(error, 'message')].filter((line) => line !== '') },
  );
}

export const taskLine = (task: Answer): string =>
  [
    `task ${textAt(task, 'id')}: ${textAt(task, 'kind')} ${textAt(task, 'state')}`,
    `${String(numberAt(task, 'affected'))} changed`,
    ...(numberAt(task, 'refused') > 0 ? [`${String(numberAt(task, 'refused'))} refused`] : []),
  ].join(', ');
