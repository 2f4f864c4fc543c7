import type { SavedSeries } from '../calendars/series-memory.ts';
import type { SavedFiles } from '../kept-files/file-memory.ts';
import { field, isObject, list, text } from '../json.ts';

/** Where the next run goes on: a link for each collection. */
export interface SyncState {
  /** Start of the calendar window that the links of calendars were made for. */
  readonly window: string;
  readonly links: Readonly<Record<string, string>>;
  readonly series: SavedSeries;
  readonly files: SavedFiles;
}

/** A checkpoint has at most 64 KiB, and other characters than these are rare in links. */
const maxLength = 60_000;

/** What a checkpoint holds; undefined for none, or for one of a plugin that saved something else. */
export function readState(saved: unknown): SyncState | undefined {
  const window = text(saved, 'window');
  const links = field(saved, 'links');
  if (window === undefined || !isObject(links)) return undefined;
  const texts = Object.entries(links).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return {
    window,
    links: Object.fromEntries(texts),
    series: readSeries(saved),
    files: readFiles(saved),
  };
}

function readSeries(saved: unknown): SavedSeries {
  return list(saved, 'series').flatMap((entry) => {
    const [id, exceptions] = Array.isArray(entry) ? entry : [];
    if (typeof id !== 'string' || !Array.isArray(exceptions)) return [];
    return [[id, exceptions.filter((exception) => typeof exception === 'string')]];
  });
}

function readFiles(saved: unknown): SavedFiles {
  return list(saved, 'files').flatMap((entry) => {
    const [digest, fileId, sizeBytes] = Array.isArray(entry) ? entry : [];
    const isFile = typeof digest === 'string' && typeof fileId === 'string';
    return isFile && typeof sizeBytes === 'number' ? [[digest, fileId, sizeBytes]] : [];
  });
}

/**
 * A state that a checkpoint holds: of the series that changed longest ago it may not know the exceptions, nor the files that
 * were kept longest ago. Says what to do when even the links are too many, before the platform refuses the checkpoint.
 */
export function fitting(state: SyncState): SyncState {
  let room = maxLength - JSON.stringify({ ...state, series: [], files: [] }).length;
  if (room < 0) throw new Error(tooManyLinks(Object.keys(state.links).length));
  const newest = <T>(entries: readonly T[]): T[] =>
    entries
      .toReversed()
      .filter((entry) => {
        room -= JSON.stringify(entry).length + 1;
        return room >= 0;
      })
      .toReversed();
  return { ...state, series: newest(state.series), files: newest(state.files) };
}

function tooManyLinks(count: number): string {
  return `the links of ${String(count)} folders and calendars are more than a checkpoint holds; name the mail folders that matter in the config field "mailFolders"`;
}
