import type { ConnectorDataItem, HostContext } from '@made-open/plugin-sdk';
import { calendarCollections } from '../calendars/calendar-collections.ts';
import { calendarWindow } from '../calendars/calendar-window.ts';
import type { EventSource } from '../calendars/event-items.ts';
import { SeriesMemory } from '../calendars/series-memory.ts';
import type { Collection } from './collection.ts';
import { readConfig, type Config } from '../config.ts';
import { contactCollections } from '../contacts/contact-collections.ts';
import { fileCollection } from '../files/file-collection.ts';
import { graphRoot, type GraphClient, type Page } from './graph-client.ts';
import { FileKeeper } from '../kept-files/file-keeper.ts';
import { FileMemory } from '../kept-files/file-memory.ts';
import { GraphError, ResyncNeeded } from './graph-error.ts';
import { mailCollections } from '../mail/mail-collections.ts';
import { fitting, readState, type SyncState } from './sync-state.ts';

/** What a calendar of somebody else is answered with when it cannot be followed. */
const unfollowable = new Set([400, 403, 404, 501]);

/**
 * Brings what has changed in an account since the checkpoint, and everything without one. Throws ResyncNeeded when the
 * checkpoint is of no more use.
 */
export async function* syncAccount(
  context: HostContext,
  client: GraphClient,
  now: Date,
): AsyncGenerator<ConnectorDataItem> {
  const window = calendarWindow(now);
  const state = readState(await context.checkpoint.get());
  if (state !== undefined && state.window !== window.start)
    throw new ResyncNeeded('a new year has begun, and other events lie in the calendar window');
  const memory = new SeriesMemory(state?.series);
  const kept = new FileMemory(state?.files);
  const source = { context, client, window, memory, kept, logger: context.logger };
  const collections = await collectionsOf(source, readConfig(context.config));
  const round = new Round(source, state?.links ?? {});
  round.checkGone(collections);
  for (const collection of collections) yield* round.bring(collection);
  await round.save();
}

interface Source extends EventSource {
  readonly context: HostContext;
  readonly kept: FileMemory;
}

async function collectionsOf(source: Source, config: Config): Promise<Collection[]> {
  const { client, context, kept } = source;
  const keeper = new FileKeeper(context, client);
  const { crypto } = context;
  const attachments = { client, keeper, kept, crypto, limitBytes: config.attachmentLimitBytes };
  return [
    ...(config.parts.has('contacts')
      ? await contactCollections(client, config.hasPhotos ? keeper : undefined)
      : []),
    ...(config.parts.has('calendar') ? await calendarCollections(source) : []),
    ...(config.parts.has('mail')
      ? await mailCollections(client, config, config.hasAttachments ? attachments : undefined)
      : []),
    ...(config.parts.has('files') ? [fileCollection] : []),
  ];
}

/** One pass over all collections. */
class Round {
  readonly #source: Source;
  #links: SyncState['links'];

  constructor(source: Source, links: SyncState['links']) {
    this.#source = source;
    this.#links = links;
  }

  /** Of a folder that is gone nobody tells what was in it. */
  checkGone(collections: readonly Collection[]): void {
    const keys = new Set(collections.map(({ key }) => key));
    const gone = Object.keys(this.#links).filter((key) => !keys.has(key));
    if (gone.length > 0)
      throw new ResyncNeeded(`${String(gone.length)} folders or calendars are not there any more`);
  }

  async *bring(collection: Collection): AsyncGenerator<ConnectorDataItem> {
    const { key, title } = collection;
    const isFirst = this.#links[key] === undefined;
    const counts = { changed: 0, removed: 0 };
    try {
      for await (const item of this.#items(collection)) {
        counts[item.deleted === true ? 'removed' : 'changed']++;
        yield item;
      }
    } catch (error) {
      const isUnfollowable = error instanceof GraphError && unfollowable.has(error.status);
      if (!isFirst || !collection.isOptional || !isUnfollowable) throw error;
      this.#source.logger.warn(`${title} cannot be followed and is left out`, {
        reason: error.message,
      });
      return;
    }
    if (counts.changed + counts.removed > 0) this.#source.logger.info(title, counts);
  }

  async save(): Promise<void> {
    const { context, window, memory, kept } = this.#source;
    const state = {
      window: window.start,
      links: this.#links,
      series: memory.saved(),
      files: kept.saved(),
    };
    await context.checkpoint.save(fitting(state));
  }

  async *#items({ key, first, pageSize, itemsOf }: Collection): AsyncGenerator<ConnectorDataItem> {
    const { client } = this.#source;
    let url = `${graphRoot}${this.#links[key] ?? first}`;
    for (;;) {
      const page = await client.page(url, pageSize);
      for (const row of page.rows) {
        yield* await itemsOf(row, client);
      }
      this.#remember(key, linkBehind(page, url));
      // Behind the rows of this page, so that a run that is interrupted goes on with the next one.
      if (page.rows.length > 0) await this.save();
      if (page.nextLink === undefined) return;
      url = page.nextLink;
    }
  }

  #remember(key: string, link: string): void {
    if (!link.startsWith(`${graphRoot}/`))
      throw new Error('Microsoft Graph named a page at another host');
    this.#links = { ...this.#links, [key]: link.slice(graphRoot.length) };
  }
}

/** Where the next request goes: to the next page of this round, or to the next round. */
function linkBehind({ nextLink, deltaLink }: Page, url: string): string {
  const link = nextLink ?? deltaLink;
  if (link === undefined || nextLink === url)
    throw new Error('Microsoft Graph answered with a page that leads nowhere');
  return link;
}
