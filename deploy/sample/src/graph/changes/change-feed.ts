/** A resource as Microsoft Graph sends it. */
export type GraphEntity = Readonly<Record<string, unknown>> & { readonly id: string };

/** The newest state of an entity that changed. */
export interface Change {
  readonly at: number;
  readonly entity: GraphEntity;
  readonly isDeleted: boolean;
  /** Properties that changed since the asker looked; undefined when the whole entity is to be sent. */
  readonly changed: readonly string[] | undefined;
}

interface Entry {
  readonly entity: GraphEntity;
  readonly createdAt: number;
  readonly changedAt: number;
  /** When something else than its read state changed. */
  readonly wholeAt: number;
  readonly isDeleted: boolean;
}

const readState = 'isRead';

/** Entities of one collection in the order of their last change, so that a delta query is a walk from a number on. */
export class ChangeFeed {
  readonly #entries = new Map<string, Entry>();
  #last = 0;

  /** The number of the last change. */
  get last(): number {
    return this.#last;
  }

  get(id: string): GraphEntity | undefined {
    const entry = this.#entries.get(id);
    return entry === undefined || entry.isDeleted ? undefined : entry.entity;
  }

  all(): GraphEntity[] {
    return [...this.#entries.values()]
      .filter(({ isDeleted }) => !isDeleted)
      .map(({ entity }) => entity);
  }

  /** Adds an entity, or takes it as the new state of one that is there. */
  put(entity: GraphEntity): void {
    const before = this.#entries.get(entity.id);
    const changedAt = ++this.#last;
    const isNew = before === undefined || before.isDeleted;
    this.#entries.set(entity.id, {
      entity,
      createdAt: isNew ? changedAt : before.createdAt,
      changedAt,
      wholeAt: isNew || !isReadStateOnly(before.entity, entity) ? changedAt : before.wholeAt,
      isDeleted: false,
    });
  }

  /** Sends an entity once more, as it is. */
  touch(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.isDeleted) return;
    const changedAt = ++this.#last;
    this.#entries.set(id, { ...entry, changedAt, wholeAt: changedAt });
  }

  /** Takes an entity away without a word. */
  forget(id: string): void {
    this.#entries.delete(id);
  }

  remove(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.isDeleted) return false;
    this.#entries.set(id, { ...entry, changedAt: ++this.#last, isDeleted: true });
    return true;
  }

  /** What changed behind `after` up to `until`, for somebody who has seen everything up to `since`. */
  changes({ since, after, until }: { since: number; after: number; until: number }): Change[] {
    return [...this.#entries.values()]
      .filter(({ changedAt, createdAt, isDeleted }) => {
        if (changedAt <= after || changedAt > until) return false;
        return !isDeleted || createdAt <= since;
      })
      .toSorted((one, other) => one.changedAt - other.changedAt)
      .map(({ entity, changedAt, wholeAt, isDeleted }) => ({
        at: changedAt,
        entity,
        isDeleted,
        changed: wholeAt <= since ? [readState] : undefined,
      }));
  }
}

function isReadStateOnly(before: GraphEntity, after: GraphEntity): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  // A change of the read state leaves the time of the last modification as it was.
  return [...names].every((name) => name === readState || before[name] === after[name]);
}
