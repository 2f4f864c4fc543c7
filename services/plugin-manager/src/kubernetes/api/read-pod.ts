import type { PodState } from '../cluster-state.ts';
import { fieldsOf, listOf, numberOf, objectOf, textOf, textsOf } from './json-fields.ts';
import { annotations, labels, laneOf } from '../names.ts';

type Fields = Readonly<Record<string, unknown>>;

const maxWords = 500;

/** A pod as the API server tells it. */
export function readPod(object: unknown): PodState {
  const fields = fieldsOf(object);
  const metadata = objectOf(fields, 'metadata');
  const status = objectOf(fields, 'status');
  const notes = textsOf(metadata, 'annotations');
  const [container = {}] = listOf(status, 'containerStatuses');
  const running = textOf(objectOf(objectOf(container, 'state'), 'running'), 'startedAt');
  return {
    name: textOf(metadata, 'name'),
    runner: textsOf(metadata, 'labels')[labels.runner] ?? '',
    fingerprint: notes[annotations.fingerprint] ?? '',
    lane: laneOf(notes[annotations.lane]),
    isEnding:
      textOf(metadata, 'deletionTimestamp') !== '' ||
      ['Succeeded', 'Failed'].includes(textOf(status, 'phase')),
    isReady: conditionOf(status, 'Ready')['status'] === 'True',
    startedAt: running === '' ? undefined : new Date(running),
    restarts: numberOf(container, 'restartCount'),
    lastEnd: lastEnd(container),
    waitsFor: waitsFor(status, container),
  };
}

function conditionOf(status: Fields, type: string): Fields {
  return listOf(status, 'conditions').find((entry) => textOf(entry, 'type') === type) ?? {};
}

/** Of the end that is now, or the one before this start. What the process itself said stays in its log: it may be anybody's data. */
function lastEnd(container: Fields): string | undefined {
  const now = objectOf(objectOf(container, 'state'), 'terminated');
  const before = objectOf(objectOf(container, 'lastState'), 'terminated');
  const ended = [now, before].find((end) => end['exitCode'] !== undefined);
  if (ended === undefined) return undefined;
  const reason = textOf(ended, 'reason');
  const how = `exit code ${String(numberOf(ended, 'exitCode'))}`;
  const words = ofCluster.has(reason) ? textOf(ended, 'message').trim().slice(-maxWords) : '';
  return [reason === '' || reason === 'Error' ? how : `${reason}, ${how}`, words]
    .filter((part) => part !== '')
    .join(': ');
}

/** Ends before any process was there, of which the cluster speaks. */
const ofCluster = new Set(['StartError', 'ContainerCannotRun']);

function waitsFor(status: Fields, container: Fields): string | undefined {
  const scheduled = conditionOf(status, 'PodScheduled');
  if (textOf(scheduled, 'status') === 'False')
    return `no node has room: ${textOf(scheduled, 'message').slice(0, maxWords)}`;
  const waiting = objectOf(objectOf(container, 'state'), 'waiting');
  const reason = textOf(waiting, 'reason');
  if (reason === '' || passing.has(reason)) return undefined;
  return `${reason}: ${textOf(waiting, 'message').slice(0, maxWords)}`;
}

/** On the way of every start. */
const passing = new Set(['ContainerCreating', 'PodInitializing']);
