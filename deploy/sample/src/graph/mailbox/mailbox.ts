import { createHash, randomUUID } from 'node:crypto';
import type { Attachment } from '../mail/attachment.ts';
import type { StoredFile } from './stored-file.ts';
import { eventsOf, exceptionOf, masterOf, withoutOccurrence } from '../calendars/series.ts';
import { ChangeFeed, type GraphEntity } from '../changes/change-feed.ts';
import { GraphError, noSuchItem } from '../requests/graph-error.ts';

export interface Person {
  readonly name: string;
  readonly address: string;
}

/** What a subscription tells of. */
export interface MailboxChange {
  readonly resource: 'me/contacts' | 'me/messages' | 'me/events';
  readonly type: 'created' | 'updated' | 'deleted';
  readonly id: string;
}

type Properties = Readonly<Record<string, unknown>>;

/** An id as Outlook makes them; the same seed gives the same one. */
export function outlookId(seed: string): string {
  return `AAMkAGI2${createHash('sha512').update(seed).digest('base64url').slice(0, 72)}AAA=`;
}

/** An id as OneDrive makes them. */
export function driveId(seed: string): string {
  const digest = createHash('sha256').update(seed).digest();
  const letters = [...digest].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(byte & 31));
  return `01${letters.slice(0, 32).join('')}`;
}

/** What belongs to one account: contacts, calendars, mail and files, each with the order of its changes. */
export class Mailbox {
  readonly owner: GraphEntity;
  readonly contacts = new ChangeFeed();
  readonly calendars = new ChangeFeed();
  readonly mailFolders = new ChangeFeed();
  readonly files = new ChangeFeed();
  /** By the contact that they show. */
  readonly photos = new Map<string, StoredFile>();
  /** By the message that has them. */
  readonly attachments = new Map<string, readonly Attachment[]>();
  readonly #messages = new Map<string, ChangeFeed>();
  readonly #events = new Map<string, ChangeFeed>();
  readonly #wellKnownFolders = new Map<string, string>();
  /** Changes with every write: a delta token of a life that has ended is of no more use. */
  #life: string;
  readonly #seededLife: string;
  #hasSeed = true;
  readonly #watchers: ((change: MailboxChange) => void)[] = [];

  constructor(owner: GraphEntity, life: string) {
    this.owner = owner;
    this.#life = life;
    this.#seededLife = life;
  }

  /** Identifies everything that was written since the mailbox was filled. */
  get life(): string {
    return this.#life;
  }

  /** Is told of every contact, message and event that is written from here on. */
  watch(watcher: (change: MailboxChange) => void): void {
    this.#watchers.push(watcher);
  }

  /** Ends every delta token that was given so far, as Microsoft does after some time. */
  expireDeltaTokens(): void {
    this.#life = `${this.#seededLife}/${randomUUID()}`;
    this.#hasSeed = false;
  }

  /** A token of the mailbox as it was filled stays good in a later process that filled it in the same way. */
  isAlive(life: string): boolean {
    return life === this.#life || (this.#hasSeed && life === this.#seededLife);
  }

  addCalendar(calendar: GraphEntity): void {
    this.calendars.put(calendar);
    this.#events.set(calendar.id, new ChangeFeed());
  }

  addMailFolder(folder: GraphEntity, wellKnownName?: string): void {
    this.mailFolders.put(folder);
    this.#messages.set(folder.id, new ChangeFeed());
    if (wellKnownName !== undefined) this.#wellKnownFolders.set(wellKnownName, folder.id);
  }

  /** A folder goes with its messages; nobody is told of them. */
  removeMailFolder(id: string): boolean {
    this.#written();
    this.#messages.delete(id);
    return this.mailFolders.remove(id);
  }

  /** By id or by well-known name: `inbox`, `sentitems`. */
  mailFolder(idOrName: string): GraphEntity | undefined {
    return this.mailFolders.get(this.#wellKnownFolders.get(idOrName.toLowerCase()) ?? idOrName);
  }

  messagesOf(folderId: string): ChangeFeed {
    return feedOf(this.#messages, folderId);
  }

  eventsOf(calendarId: string): ChangeFeed {
    return feedOf(this.#events, calendarId);
  }

  get messageFeeds(): readonly ChangeFeed[] {
    return [...this.#messages.values()];
  }

  get eventFeeds(): readonly ChangeFeed[] {
    return [...this.#events.values()];
  }

  /** The calendar that `/me/calendarView` and `/me/events` mean. */
  get defaultCalendar(): GraphEntity {
    const found = this.calendars.all().find((calendar) => calendar['isDefaultCalendar'] === true);
    if (found === undefined) throw noSuchItem();
    return found;
  }

  /** Fills in what the service sets itself. */
  create(feed: ChangeFeed, properties: Properties, id = outlookId(randomUUID())): GraphEntity {
    this.#written();
    const now = timestamp();
    const entity = {
      ...properties,
      id,
      createdDateTime: now,
      lastModifiedDateTime: now,
      changeKey: changeKey(),
    };
    feed.put(entity);
    this.#tell(feed, 'created', id);
    return entity;
  }

  update(feed: ChangeFeed, id: string, properties: Properties): GraphEntity {
    const before = feed.get(id);
    if (before === undefined) throw noSuchItem();
    this.#written();
    const names = Object.keys(properties);
    const isReadState = names.length > 0 && names.every((name) => name === 'isRead');
    const master = masterOf(feed, before);
    const entity = {
      ...(before['type'] === 'occurrence' && master !== undefined
        ? exceptionOf(before, master)
        : before),
      ...properties,
      id,
      ...(isReadState ? {} : { lastModifiedDateTime: timestamp(), changeKey: changeKey() }),
    };
    feed.put(entity);
    this.#sendSeries(feed, master?.id ?? id);
    this.#tell(feed, 'updated', id);
    return entity;
  }

  /** Events of a series go with it. Of one that goes alone nobody is told: its series is said to have changed. */
  remove(feed: ChangeFeed, id: string): void {
    this.#written();
    const before = feed.get(id);
    if (before === undefined) throw noSuchItem();
    const master = masterOf(feed, before);
    if (master !== undefined) {
      feed.forget(id);
      this.update(feed, master.id, withoutOccurrence(master, before));
      return;
    }
    feed.remove(id);
    this.#tell(feed, 'deleted', id);
    for (const event of eventsOf(feed, id)) feed.remove(event.id);
  }

  /** A series that has changed comes with all its events. */
  #sendSeries(feed: ChangeFeed, masterId: string): void {
    const events = eventsOf(feed, masterId);
    if (events.length === 0) return;
    feed.touch(masterId);
    for (const event of events) feed.touch(event.id);
  }

  /** A contact with another photo has changed. */
  showPhoto(contactId: string, photo: StoredFile | undefined): void {
    if (photo === undefined) this.photos.delete(contactId);
    else this.photos.set(contactId, photo);
    this.update(this.contacts, contactId, {});
  }

  attach(messageId: string, attachments: readonly Attachment[]): void {
    if (attachments.length > 0) this.attachments.set(messageId, attachments);
  }

  /** A message that moves gets another id, as it does without `Prefer: IdType="ImmutableId"`. */
  moveMessage(id: string, folderId: string): GraphEntity {
    const from = this.messageFeeds.find((feed) => feed.get(id) !== undefined);
    const message = from?.get(id);
    if (from === undefined || message === undefined) throw noSuchItem();
    const folder = this.mailFolder(folderId);
    if (folder === undefined)
      throw new GraphError(404, 'ErrorItemNotFound', 'The destination folder was not found.');
    this.#written();
    from.remove(id);
    const moved = { ...message, id: outlookId(randomUUID()), parentFolderId: folder.id };
    this.messagesOf(folder.id).put(moved);
    this.attach(
      moved.id,
      (this.attachments.get(id) ?? []).map((one) => ({ ...one, id: outlookId(randomUUID()) })),
    );
    this.attachments.delete(id);
    this.#tell(from, 'deleted', id);
    this.#tell(this.messagesOf(folder.id), 'created', moved.id);
    return moved;
  }

  #tell(feed: ChangeFeed, type: MailboxChange['type'], id: string): void {
    const resource = this.#resourceOf(feed);
    if (resource !== undefined)
      for (const watcher of this.#watchers) watcher({ resource, type, id });
  }

  #resourceOf(feed: ChangeFeed): MailboxChange['resource'] | undefined {
    if (feed === this.contacts) return 'me/contacts';
    if (this.messageFeeds.includes(feed)) return 'me/messages';
    return this.eventFeeds.includes(feed) ? 'me/events' : undefined;
  }

  #written(): void {
    // What was given for the mailbox as it was filled stays good here, but not in another process.
    if (this.#life === this.#seededLife) this.#life = `${this.#seededLife}/${randomUUID()}`;
  }
}

function feedOf(feeds: ReadonlyMap<string, ChangeFeed>, id: string): ChangeFeed {
  const feed = feeds.get(id);
  if (feed === undefined) throw noSuchItem();
  return feed;
}

function timestamp(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

function changeKey(): string {
  return Buffer.from(randomUUID()).toString('base64').slice(0, 28);
}
