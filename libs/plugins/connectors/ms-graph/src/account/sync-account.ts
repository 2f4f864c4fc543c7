import type { ConnectorDataItem, HostContext } from '@made-open/plugin-sdk';
import { calendarCollections } from '../calendars/calendar-collections.ts';
import { calendarWindow, type CalendarWindow } from '../calendars/calendar-window.ts';
import type { Collection } from './collection.ts';
import { readConfig, type Config } from '../config.ts';
import { contactCollections } from '../contacts/contact-collections.ts';
import { fileCollection } from '../files/file-collection.ts';
import { graphRoot, type GraphClient, type Page } from './graph-client.ts';
import { GraphError, ResyncNeeded } from './graph-error.ts';
import { mailCollections } from '../mail/mail-collections.ts';
import { checkSize, readState, type SyncState } from './sync-state.ts';

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
  const collections = await collectionsOf(client, readConfig(context.config), window);
  const round = new Round(context, client, state ?? { window: window.start, links: {} });
  round.checkGone(collections);
  for (const collection of collections) yield* round.bring(collection);
  await round.save();
}

async function collectionsOf(
  client: GraphClient,
  config: Config,
  window: CalendarWindow,
): Promise<Collection[]> {
  return [
    ...(config.parts.has('contacts') ? await contactCollections(client) : []),
    ...(config.parts.has('calendar') ? await calendarCollections(client, window) : []),
    ...(config.parts.has('mail') ? await mailCollections(client, config) : []),
    ...(config.parts.has('files') ? [fileCollection] : []),
  ];
}

/** One pass over all collections. */
class Round {
  readonly #context: HostContext;
  readonly #client: GraphClient;
  #state: SyncState;

  constructor(context: HostContext, client: GraphClient, state: SyncState) {
    this.#context = context;
    this.#client = client;
    this.#state = state;
  }

  /** Of a folder that is gone nobody tells what was in it. */
  checkGone(collections: readonly Collection[]): void {
    const keys = new Set(collections.map(({ key }) => key));
    const gone = Object.keys(this.#state.links).filter((key) => !keys.has(key));
    if (gone.length > 0)
      throw new ResyncNeeded(`${String(gone.length)} folders or calendars are not there any more`);
  }

  async *bring(collection: Collection): AsyncGenerator<ConnectorDataItem> {
    const { key, title } = collection;
    const isFirst = this.#state.links[key] === undefined;
    const counts = { changed: 0, removed: 0 };
    try {
      for await (const item of this.#items(collection)) {
        counts[item.deleted === true ? 'removed' : 'changed']++;
        yield item;
      }
    } catch (error) {
      const isUnfollowable = error instanceof GraphError && unfollowable.has(error.status);
      if (!isFirst || !collection.isOptional || !isUnfollowable) throw error;
      this.#context.logger.warn(`${title} cannot be followed and is left out`, {
        reason: error.message,
      });
      return;
    }
    if (counts.changed + counts.removed > 0) this.#context.logger.info(title, counts);
  }

  async save(): Promise<void> {
    checkSize(this.#state);
    await this.#context.checkpoint.save(this.#state);
  }

  async *#items({ key, first, pageSize, itemOf }: Collection): AsyncGenerator<ConnectorDataItem> {
    let url = `${graphRoot}${this.#state.links[key] ?? first}`;
    for (;;) {
      const page = await this.#client.page(url, pageSize);
      for (const row of page.rows) {
        const item = await itemOf(row, this.#client);
        if (item !== undefined) yield item;
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
    const links = { ...this.#state.links, [key]: link.slice(graphRoot.length) };
    this.#state = { ...this.#state, links };
  }
}

/** Where the next request goes: to the next page of this round, or to the next round. */
function linkBehind({ nextLink, deltaLink }: Page, url: string): string {
  const link = nextLink ?? deltaLink;
  if (link === undefined || nextLink === url)
    throw new Error('Microsoft Graph answered with a page that leads nowhere');
  return link;
}
