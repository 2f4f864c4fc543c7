import type { Connection } from '../connections/connection.ts';
import type { EventBatches } from '../outbox/event-batches.ts';
import type { ReadModel } from './entity-model.ts';

/** What an event says of the connection of its entity. */
export type EntityOwner = Pick<Connection, 'spaceId' | 'id' | 'pluginId'>;

/** One entity at one version. */
export interface EntityChange {
  readonly id: string;
  readonly externalId: string;
  readonly version: number;
}

/**
 * Adds the events of entities of one connection. The text is put together by hand from JSON that was made from checked
 * values: going through the generated classes would cost more than writing the row.
 */
export class EntityEvents {
  readonly #batches: EventBatches;
  readonly #origin: string;
  readonly #causes: string;

  /** `causedBy`: the rules that led to the changes. */
  constructor(
    batches: EventBatches,
    { spaceId, id, pluginId }: EntityOwner,
    causedBy: readonly string[] = [],
  ) {
    this.#batches = batches;
    this.#origin = `"space_id":${JSON.stringify(spaceId)},"connection_id":${JSON.stringify(id)},"plugin_id":${JSON.stringify(pluginId)}`;
    this.#causes = causedBy.length === 0 ? '' : `,"caused_by":${JSON.stringify(causedBy)}`;
  }

  written(model: ReadModel, subject: string, change: EntityChange, json: string): void {
    this.#add(subject, change, `{${this.#entity(change)},"${model.type}":${json}}`);
  }

  deleted(model: ReadModel, change: EntityChange): void {
    this.#add(model.deleted, change, `{${this.#entity(change)}}`);
  }

  #entity({ id, externalId, version }: EntityChange): string {
    return `"entity":{"entity_id":"${id}",${this.#origin},"external_id":${JSON.stringify(externalId)},"version":${String(version)}${this.#causes}}`;
  }

  #add(subject: string, change: EntityChange, data: string): void {
    const { id, version } = change;
    // There is one event of an entity at a version, however often it is sent.
    this.#batches.add(subject, { id: `${id}.${String(version)}`, about: `"${id}"`, data });
  }
}
