import { setTimeout as delay } from 'node:timers/promises';
import { CliError, exitCodes } from '../errors.ts';
import type { Api } from '../platform/api.ts';
import { answerAt, numberAt, textAt, type Answer } from '../platform/answer.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { counted } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

const firstPauseMs = 150;
const longestPauseMs = 2000;

/** Follows a run until it ends, or waits for longer than somebody would; shows how far it is. */
export async function waitForRun(api: Api, terminal: Terminal, id: string): Promise<Answer> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const run = await api.get(`/runs/${encodeURIComponent(id)}`);
    if (isSettled(run)) return run;
    terminal.progress(progressOf(run));
    await delay(pauseMs);
  }
}

/** Throws when the run failed, so that the command does. */
export function requireSuccess(run: Answer): void {
  const state = textAt(run, 'state');
  if (state === 'completed') return;
  const error = answerAt(run, 'error') ?? {};
  throw new CliError(
    textAt(error, 'code') || 'run.not_completed',
    state === 'parked' ? exitCodes.later : exitCodes.failed,
    state === 'parked'
      ? `the run waits until ${textAt(run, 'resumes_at') || 'its connection is resumed'}`
      : `the run ${state === 'cancelled' ? 'was cancelled' : `has ${state}`}`,
    {
      details: [
        textAt(error, 'message'),
        textAt(error, 'stack'),
        ...actionOf(run),
        `made-open logs --run ${textAt(run, 'id')} shows what the plugin logged`,
      ].filter((line) => line !== ''),
    },
  );
}

/** What to do about a run that failed. */
export function actionOf(run: Answer): string[] {
  const action = textAt(answerAt(run, 'error') ?? {}, 'action');
  return action === '' ? [] : [`what to do: ${action}`];
}

export function countsOf(run: Answer): string {
  const counts = answerAt(run, 'counts') ?? {};
  const names = ['items', 'created', 'updated', 'deleted', 'unchanged', 'quarantined'];
  return names
    .map((name) => [name, numberAt(counts, name)] as const)
    .filter(([name, count]) => name === 'items' || count > 0)
    .map(([name, count]) =>
      name === 'items' ? counted(count, 'item') : `${String(count)} ${name}`,
    )
    .join(', ');
}

/** The state, and what else somebody has to know to go on. */
export function stateOf(run: Answer): string {
  const remap = textAt(run, 'kind') === 'remap' ? 'remap ' : '';
  const held = run['sweep_held'] === true ? ', sweep held' : '';
  return `${remap}${textAt(run, 'state')}${held}`;
}

export function runLine(run: Answer): string {
  const line = [`run ${textAt(run, 'id')}: ${stateOf(run)}`, countsOf(run)].join(', ');
  return [line, ...heldOf(run)].join('\n');
}

/** What to do about a sweep that waits for a person. */
export function heldOf(run: Answer): string[] {
  if (run['sweep_held'] !== true) return [];
  return [
    'over half of what the connection brought was not found any more and waits for you:',
    `made-open sweep --run ${textAt(run, 'id')} with --carry-out deletes it, with --keep keeps it`,
  ];
}

/** Nothing more comes of it. */
export function isEnded(run: Answer): boolean {
  return ['completed', 'failed', 'cancelled'].includes(textAt(run, 'state'));
}

function isSettled(run: Answer): boolean {
  return isEnded(run) || textAt(run, 'state') === 'parked';
}

function progressOf(run: Answer): string {
  const counts = answerAt(run, 'counts');
  return progressBar(
    `${textAt(run, 'state')}, items`,
    counts === undefined ? 0 : numberAt(counts, 'items'),
  );
}
