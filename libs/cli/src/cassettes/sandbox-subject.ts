import type { Cassette, PlayedRun, PlayOptions, Subject } from '@made-open/plugin-sdk/conformance';
import type { ConnectorDataItem } from '@made-open/plugin-sdk';
import { CliError } from '../errors.ts';
import { answerAt, numberAt, textAt, type Answer } from '../platform/answer.ts';
import type { Project } from '../project/read-project.ts';
import { invocationScript } from '../trial/invocation-script.ts';
import { startTrial } from '../trial/start-trial.ts';

interface Given {
  readonly project: Project;
  readonly script: string;
  readonly cassette: Cassette;
  readonly config: object;
}

/** A plugin under the conformance checks, run in the platform's sandbox. */
export function sandboxSubject({ project, script, cassette, config }: Given): Subject {
  const { manifestText, manifest } = project;
  const run = (request: object): Promise<PlayedRun> =>
    playTrial({ manifestText, config, cassette, bundle: script, ...request });
  return {
    manifest,
    cassette,
    play: ({ checkpoint, fault }: PlayOptions) =>
      run({
        ...(checkpoint === undefined ? {} : { checkpoint }),
        ...(fault === undefined ? {} : { fault }),
      }),
    map: async (raws) => {
      const mapped = await run({ bundle: invocationScript(script, 'mapToUnifiedModel', raws) });
      if (mapped.error !== undefined)
        throw new CliError(
          'conformance.map',
          1,
          `mapToUnifiedModel failed: ${mapped.error.message}`,
        );
      return mapped.items;
    },
  };
}

async function playTrial(request: object): Promise<PlayedRun> {
  const items: ConnectorDataItem[] = [];
  const checkpoints: { state: unknown; after: number }[] = [];
  const trial = startTrial(request, (record) => {
    const item = itemOf(record);
    if (item !== undefined) items.push(item);
    if (textAt(record, 'kind') === 'checkpoint')
      checkpoints.push({ state: record['state'], after: items.length });
  });
  const end = (await trial.ended) ?? {};
  const failure = failureOf(end);
  return {
    items,
    checkpoints,
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

/** What the sandbox refused is an item as well: the checks say what is wrong with it. */
function itemOf(record: Answer): ConnectorDataItem | undefined {
  const kind = textAt(record, 'kind');
  if (kind === 'refused')
    throw new CliError(
      'conformance.item_refused',
      1,
      `the sandbox refuses item "${textAt(record, 'externalId')}": ${textAt(record, 'reason')}`,
    );
  if (kind !== 'item' && kind !== 'delete') return undefined;
  const { data, raw } = record;
  return {
    // The sandbox has checked that it is one of them.
    type: typeOf(record),
    externalId: textAt(record, 'externalId'),
    data: answerAt({ data }, 'data') ?? {},
    raw,
    ...(kind === 'delete' ? { deleted: true } : {}),
  };
}

function typeOf(record: Answer): ConnectorDataItem['type'] {
  const type = textAt(record, 'type');
  const types = ['person', 'message', 'calendar_event', 'document'] as const;
  const found = types.find((each) => each === type);
  if (found !== undefined) return found;
  throw new CliError('conformance.type', 1, `an item has the unknown type "${type}"`);
}
