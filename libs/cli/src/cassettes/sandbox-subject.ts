import type { Cassette, PlayedRun, PlayOptions, Subject } from '@made-open/plugin-sdk/conformance';
import type { ConnectorDataItem } from '@made-open/plugin-sdk';
import { CliError, exitCodes } from '../errors.ts';
import { answerAt, numberAt, textAt, type Answer } from '../platform/answer.ts';
import type { Project } from '../project/read-project.ts';
import { invocationCode } from '../trial/invocation-script.ts';
import { startTrial, type TrialStart } from '../trial/start-trial.ts';

interface Given {
  readonly project: Project;
  readonly script: string;
  readonly cassette: Cassette;
  readonly config: object;
  readonly pythonRuntime: string | undefined;
  /** Told of each item that a check brings. */
  readonly seen: (item: ConnectorDataItem) => void;
}

/** A plugin under the conformance checks, run in the platform's sandbox. */
export function sandboxSubject(given: Given): Subject {
  const { project, script, cassette, config, pythonRuntime, seen } = given;
  const { manifestText, manifest } = project;
  const run = (request: object): Promise<PlayedRun> =>
    playTrial({ manifestText, config, cassette, pythonRuntime, bundle: script, ...request }, seen);
  return {
    manifest,
    cassette,
    play: ({ checkpoint, fault }: PlayOptions) =>
      run({
        ...(checkpoint === undefined ? {} : { checkpoint }),
        ...(fault === undefined ? {} : { fault }),
      }),
    map: async (raws) => {
      const mapped = await run({
        bundle: invocationCode({ manifest, script }, 'mapToUnifiedModel', raws),
      });
      if (mapped.error !== undefined)
        throw new CliError(
          'conformance.map',
          exitCodes.failed,
          `mapToUnifiedModel failed: ${mapped.error.message}`,
        );
      return mapped.items;
    },
  };
}

async function playTrial(request: TrialStart, seen: Given['seen']): Promise<PlayedRun> {
  const items: ConnectorDataItem[] = [];
  const checkpoints: { state: unknown; after: number }[] = [];
  const refused: string[] = [];
  const trial = startTrial(request, (record) => {
    const kind = textAt(record, 'kind');
    const item = itemOf(kind, record);
    if (item !== undefined) {
      items.push(item);
      seen(item);
    }
    if (kind === 'checkpoint') checkpoints.push({ state: record['state'], after: items.length });
    if (kind === 'refused')
      refused.push(`item "${textAt(record, 'externalId')}": ${textAt(record, 'reason')}`);
  });
  const end = (await trial.ended) ?? {};
  const failure = failureOf(end);
  return {
    items,
    checkpoints,
    refused,
    requests: numberAt(end, 'requests'),
    ...(failure === undefined ? {} : { error: failure }),
  };
}

function failureOf(end: Answer): PlayedRun['error'] {
  if (textAt(end, 'outcome') === 'completed') return undefined;
  const error = answerAt(end, 'error');
  const status = numberAt(end, 'status');
  const message =
    error === undefined
      ? 'the source asks to wait'
      : `${textAt(error, 'message')} (${textAt(error, 'code')})`;
  return { message, ...(status === 0 ? {} : { status }) };
}

const types = ['person', 'message', 'calendar_event', 'document'] as const;

/** The sandbox refuses items of another type. */
function itemOf(kind: string, record: Answer): ConnectorDataItem | undefined {
  const type = types.find((each) => each === textAt(record, 'type'));
  if (type === undefined || (kind !== 'item' && kind !== 'delete')) return undefined;
  return {
    type,
    externalId: textAt(record, 'externalId'),
    data: answerAt(record, 'data') ?? {},
    raw: record['raw'],
    ...(kind === 'delete' ? { deleted: true } : {}),
  };
}
