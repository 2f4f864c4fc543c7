import { field, isObject, text } from '../json.ts';

/** Where the next run goes on: a link for each collection. */
export interface SyncState {
  /** Start of the calendar window that the links of calendars were made for. */
  readonly window: string;
  readonly links: Readonly<Record<string, string>>;
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
  return { window, links: Object.fromEntries(texts) };
}

/** Says what to do before the platform refuses the checkpoint. */
export function checkSize(state: SyncState): void {
  const { length } = JSON.stringify(state);
  if (length <= maxLength) return;
  const folders = Object.keys(state.links).length;
  throw new Error(
    `the links of ${String(folders)} folders and calendars are more than a checkpoint holds; name the mail folders that matter in the config field "mailFolders"`,
  );
}
