import { setTimeout as delay } from 'node:timers/promises';
import { CliError, exitCodes } from '../errors.ts';
import type { Api } from '../platform/api.ts';
import { answersAt, numberAt, textAt, type Answer } from '../platform/answer.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import type { Terminal } from '../terminal/terminal.ts';

const firstPauseMs = 150;
const longestPauseMs = 2000;
/** search-indexer may start anew meanwhile: the filling goes on behind it. */
const maxSilences = 20;

/** Follows the filling of an index until it answers searches; shows how far it is, and what holds it up. */
export async function waitForIndex(
  api: Api,
  terminal: Terminal,
  generation: number,
): Promise<Answer> {
  let silences = 0;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const known = await look(api, ++silences);
    if (known === undefined) {
      await delay(pauseMs);
      continue;
    }
    silences = 0;
    const index = known.find((each) => numberAt(each, 'generation') === generation);
    if (index !== undefined && textAt(index, 'state') === 'live') return index;
    // A retired one stays in the list for a while only.
    if (index === undefined || textAt(index, 'state') === 'retired') throw givenUp(generation);
    const fault = textAt(index, 'fault');
    terminal.progress(
      progressBar(
        `entities read${fault === '' ? '' : ` (waits: ${fault})`}`,
        numberAt(index, 'entities_read'),
      ),
    );
    await delay(pauseMs);
  }
}

/** The indexes there are, or undefined while nobody knows. */
async function look(api: Api, attempt: number): Promise<Answer[] | undefined> {
  try {
    return answersAt(await api.get('/search-indexes'), 'data');
  } catch (error) {
    if (error instanceof CliError && error.retry === 'later' && attempt < maxSilences) return;
    throw error;
  }
}

function givenUp(generation: number): CliError {
  return new CliError(
    'search_index.given_up',
    exitCodes.failed,
    `the search index ${String(generation)} was given up before it was complete; the one before goes on to answer`,
  );
}
