import type { ConnectorDataItem } from '../plugin-interfaces.ts';
import { validateManifest } from '../validate-manifest.ts';
import { faultKinds, type Fault, type FaultKind } from './cassette-player.ts';
import { isRecord, type Cassette } from './cassette.ts';
import { itemFaults } from './item-faults.ts';

/** What one sync brought. */
export interface PlayedRun {
  readonly items: readonly ConnectorDataItem[];
  /** States that were saved, each with the number of items before it. */
  readonly checkpoints: readonly { readonly state: unknown; readonly after: number }[];
  readonly requests: number;
  /** Items that the sandbox did not take, and why. */
  readonly refused?: readonly string[] | undefined;
  /** Why it did not end normally. */
  readonly error?: { readonly message: string; readonly status?: number | undefined } | undefined;
}

export interface PlayOptions {
  readonly checkpoint?: unknown;
  readonly fault?: Fault | undefined;
}

/** A plugin that can be run again and again against the same cassette. */
export interface Subject {
  readonly manifest: unknown;
  readonly cassette: Cassette;
  readonly play: (options: PlayOptions) => Promise<PlayedRun>;
  readonly map: (raws: readonly unknown[]) => Promise<readonly ConnectorDataItem[]>;
}

export interface ConformanceCheck {
  readonly name: string;
  /** Throws ConformanceError when the plugin does not pass; resolves to a reason when there was nothing to check. */
  readonly run: () => Promise<string | undefined>;
}

/** The plugin does not do what the platform counts on; the message says what and where. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
  readonly code = 'conformance.failed';
  readonly retry = 'never';
}

const maxCheckpointBytes = 64 * 1024;
const shown = 5;

/** Every check, in an order in which the first failure explains the later ones. */
export function checksOf(subject: Subject): ConformanceCheck[] {
  let first: Promise<PlayedRun> | undefined;
  const whole = (): Promise<PlayedRun> => (first ??= playWhole(subject));
  const check = (
    name: string,
    run: (run: PlayedRun) => Promise<string | undefined> | string | undefined,
  ): ConformanceCheck => ({ name, run: async () => run(await whole()) });
  return [
    { name: 'plugin.json is valid', run: async () => checkManifest(subject) },
    check('a sync runs to its end', () => undefined),
    check('every item fits its type, its table and the limits', (run) => checkItems(subject, run)),
    check('no two different items have one id', checkIds),
    check('the same source makes the same items', (run) => checkRepeat(subject, run)),
    check('mapToUnifiedModel makes the item of its raw again', (run) => checkMap(subject, run)),
    check('checkpoints are small enough, and none skips items', (run) => checkResume(subject, run)),
    ...faultKinds.map((kind) =>
      check(`nothing is lost when the source ${faultNames[kind]}`, (run) =>
        checkFault(subject, run, kind),
      ),
    ),
  ];
}

const faultNames: Readonly<Record<FaultKind, string>> = {
  too_many_requests: 'answers 429',
  server_error: 'answers 500',
  reset: 'resets the connection',
  slow: 'is slow',
  truncated: 'cuts its answer off',
  duplicate_pages: 'repeats items of the page before',
};

async function playWhole({ play }: Subject): Promise<PlayedRun> {
  const run = await play({});
  if (run.error !== undefined) throw new ConformanceError(`the sync failed: ${run.error.message}`);
  if (run.items.length === 0 && (run.refused ?? []).length === 0)
    throw new ConformanceError('the sync brought no item; record a source that has some');
  return run;
}

function checkManifest({ manifest }: Subject): undefined {
  const { errors } = validateManifest(manifest);
  fail(errors);
}

function checkItems({ manifest }: Subject, { items, refused = [] }: PlayedRun): undefined {
  const given: unknown = isRecord(manifest) ? manifest['permissions'] : undefined;
  const permissions: string[] = Array.isArray(given)
    ? given.filter((each) => typeof each === 'string')
    : [];
  fail([
    ...refused,
    ...items.flatMap((item) =>
      itemFaults(item, permissions).map((fault) => `item "${item.externalId}": ${fault}`),
    ),
  ]);
}

function checkIds({ items }: PlayedRun): undefined {
  const byId = new Map<string, string>();
  const faults: string[] = [];
  for (const item of items) {
    const text = contentOf(item);
    const before = byId.get(idOf(item));
    if (before !== undefined && before !== text)
      faults.push(`${idOf(item)} comes twice with different data; the second replaces the first`);
    byId.set(idOf(item), text);
  }
  fail(faults);
}

async function checkRepeat({ play }: Subject, first: PlayedRun): Promise<undefined> {
  const second = await play({});
  const before = new Map(first.items.map((item) => [idOf(item), contentOf(item)]));
  fail([
    ...missing(first, second),
    ...second.items
      .filter((item) => before.get(idOf(item)) !== contentOf(item))
      .map(
        (item) => `${idOf(item)} is different the second time; take times and random values out`,
      ),
  ]);
}

async function checkMap({ map }: Subject, { items }: PlayedRun): Promise<string | undefined> {
  const mapped = items.filter(({ deleted }) => deleted !== true);
  if (mapped.length === 0) return 'there are only deletions';
  const again = await map(mapped.map(({ raw }) => raw));
  fail(
    mapped.flatMap((item, index) => {
      const other = again[index];
      if (other !== undefined && idOf(other) === idOf(item) && contentOf(other) === contentOf(item))
        return [];
      return [
        `${idOf(item)}: mapToUnifiedModel(raw) gives something else; put all that it needs into raw`,
      ];
    }),
  );
  return undefined;
}

/** Goes on from every checkpoint but the last, behind which a source is asked for what has changed since. */
async function checkResume({ play }: Subject, run: PlayedRun): Promise<string | undefined> {
  const { checkpoints, items } = run;
  const large = checkpoints.filter(({ state }) => bytesOf(state) > maxCheckpointBytes);
  fail(
    large.map(({ after }) => `the checkpoint behind item ${String(after)} has more than 64 KiB`),
  );
  const inner = checkpoints.filter(({ after }) => after < items.length);
  if (inner.length === 0) return 'the sync saves no checkpoint before its last item';
  for (const { state, after } of inner) {
    const rest = await play({ checkpoint: state });
    if (rest.error !== undefined)
      throw new ConformanceError(
        `a sync that goes on from the checkpoint behind item ${String(after)} failed: ${rest.error.message}`,
      );
    fail(missing({ ...run, items: items.slice(after) }, rest));
  }
  return undefined;
}

async function checkFault(
  { play }: Subject,
  first: PlayedRun,
  kind: FaultKind,
): Promise<undefined> {
  const last = first.requests - 1;
  const places = kind === 'duplicate_pages' ? [0] : [...new Set([0, last])];
  for (const at of places) {
    const run = await play({ fault: { kind, at } });
    const where = kind === 'duplicate_pages' ? '' : ` at request ${String(at + 1)}`;
    if (run.error === undefined) fail(missing(first, run), where);
    else checkError(kind, run.error, where);
  }
}

/** A sync that fails is tried again; but what has to be waited out must be seen as that, and what passes must not fail. */
function checkError(kind: FaultKind, error: NonNullable<PlayedRun['error']>, where: string): void {
  const text = `the sync fails${where}: ${error.message}`;
  if (kind === 'slow' || kind === 'duplicate_pages') throw new ConformanceError(text);
  if (kind === 'too_many_requests' && error.status !== 429)
    throw new ConformanceError(
      `${text}; let the HttpError of context.http through, so that the platform waits for as long as the source asks`,
    );
}

function missing(expected: PlayedRun, found: PlayedRun): string[] {
  const ids = new Set(found.items.map(idOf));
  return [...new Set(expected.items.map(idOf))]
    .filter((id) => !ids.has(id))
    .map((id) => `${id} is missing`);
}

function fail(faults: readonly string[], where = ''): undefined {
  if (faults.length === 0) return undefined;
  const more = faults.length > shown ? ` (and ${String(faults.length - shown)} more)` : '';
  throw new ConformanceError(`${faults.slice(0, shown).join('; ')}${more}${where}`);
}

const idOf = ({ type, externalId }: ConnectorDataItem): string => `${type} "${externalId}"`;

const contentOf = ({ data, deleted }: ConnectorDataItem): string =>
  stable({ data, deleted: deleted === true });

const bytesOf = (state: unknown): number =>
  new TextEncoder().encode(JSON.stringify(state) ?? '').length;

/** JSON with sorted keys, so that their order makes no difference. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isRecord(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
