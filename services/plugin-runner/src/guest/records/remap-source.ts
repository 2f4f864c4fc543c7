import type { Source } from './generator-pump.ts';
import { GuestError } from '../guest-error.ts';
import { checkpointRecord, type GuestRecord } from './guest-record.ts';
import type { HostCalls } from '../host-calls.ts';
import { apply, get, isArray, toText } from '../primordials.ts';

interface Page {
  readonly items: readonly unknown[];
  readonly nextCursor: string;
}

/** Stored raw, page by page; behind each page a checkpoint, so that a later attempt goes on there. */
export function remapSource(
  calls: Pick<HostCalls, 'ask'>,
  add: (record: GuestRecord) => void,
): Source {
  let page: Page = { items: [], nextCursor: '' };
  let place = 0;
  let isFirst = true;
  return {
    next: async () => {
      while (place >= page.items.length) {
        if (!isFirst && page.nextCursor === '') return { done: true };
        if (!isFirst) add(checkpointRecord(page.nextCursor, false));
        page = pageOf(await calls.ask('storedRaw', page.nextCursor));
        place = 0;
        isFirst = false;
      }
      return { done: false, value: page.items[place++] };
    },
  };
}

function pageOf(answer: unknown): Page {
  if (typeof answer !== 'object' || answer === null) return { items: [], nextCursor: '' };
  const items: unknown = get(answer, 'items');
  return { items: isArray(items) ? items : [], nextCursor: toText(get(answer, 'nextCursor')) };
}

/** The plugin's mapping as a function of the raw alone. */
export function mappingOf(plugin: object): (raw: unknown) => unknown {
  const map: unknown = get(plugin, 'mapToUnifiedModel');
  if (typeof map !== 'function')
    throw new GuestError(
      'sandbox.no_mapping',
      'the plugin has no mapToUnifiedModel(raw), so that nothing can be mapped again',
    );
  return (raw) => apply(map, plugin, [raw]);
}
