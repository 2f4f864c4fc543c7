import type { MessageInitShape } from '@bufbuild/protobuf';
import type { TagEntityRequest, TagEntityResponseSchema } from '@made-open/contracts';
import type { DatabaseOptions } from '@made-open/postgres';
import { inTransaction } from '../database/in-transaction.ts';
import type { Session } from '../database/session.ts';
import { isEntityId } from '../entities/entity-cursor.ts';
import { EntityEvents } from '../entities/entity-event.ts';
import type { ReadModel } from '../entities/entity-model.ts';
import { fieldsOf } from '../entities/entity-reader.ts';
import { InvalidRequestError } from '../errors.ts';
import { appendMessages } from '../outbox/append-messages.ts';
import { EventBatches } from '../outbox/event-batches.ts';
import { lockRun } from '../runs/run-state.ts';
import { findEntity, type FoundEntity } from './find-entity.ts';
import { readChange, type Labels } from './read-labels.ts';
import { tagsOf } from './tags-of.ts';

/** That one entity has at most. */
const maxTags = 50;

type Request = Pick<TagEntityRequest, 'spaceId' | 'entityId' | 'labels' | 'causedBy'> &
  Partial<Pick<TagEntityRequest, 'removedLabels'>>;
type Change = Pick<Request, 'spaceId' | 'entityId' | 'causedBy'> & { readonly labels: Labels };
type Response = MessageInitShape<typeof TagEntityResponseSchema>;

interface ChangedRow extends Readonly<Record<string, unknown>> {
  readonly external_id: string;
  readonly version: number;
}

/** Puts labels on entities and takes them off; what changes nothing is told to nobody. */
export class TagEntity {
  readonly #database: DatabaseOptions;
  readonly #onCommitted: () => void;

  constructor(database: DatabaseOptions, onCommitted: () => void) {
    this.#database = database;
    this.#onCommitted = onCommitted;
  }

  async tag(request: Request): Promise<Response> {
    const labels = readChange(request.labels, request.removedLabels ?? []);
    if (!isEntityId(request.entityId)) return { found: false };
    const response = await inTransaction(this.#database, (session) =>
      tagWithin(session, { ...request, labels }),
    );
    this.#onCommitted();
    return response;
  }
}

/** Under the fence, as all that writes to a connection. */
async function tagWithin(session: Session, change: Change): Promise<Response> {
  const { spaceId, entityId, labels } = change;
  const entity = await findEntity(session, spaceId, entityId);
  if (entity === undefined || entity.connection.isDeleted) return { found: false };
  await lockRun(session, entity.connection.key);
  const had = await lockEntity(session, entity.model, entityId);
  if (had === undefined) return { found: false };
  const added = labels.put.filter((label) => !had.includes(label));
  const gone = labels.removed.filter((label) => had.includes(label));
  if (added.length + gone.length === 0) return { found: true, tags: had };
  const count = had.length + added.length - gone.length;
  if (added.length > 0 && count > maxTags)
    throw new InvalidRequestError(
      `entity ${entityId} has ${String(had.length)} tags and would have ${String(count)}; it may have ${String(maxTags)}: let the rule use fewer labels`,
    );
  const tags = await changeTags(session, entityId, { put: added, removed: gone });
  await tellChange(session, entity, change);
  return { found: true, tags };
}

/** The tags that it has, or nothing when it went in the meantime; conversations change without the fence. */
async function lockEntity(
  session: Session,
  { type }: ReadModel,
  entityId: string,
): Promise<string[] | undefined> {
  const { rows } = await session.run<{ tags: string[] }>(
    {
      name: `lock_tagged_${type}`,
      text: `select ${tagsOf('e.id')} as tags from "${type}" e where e.id = $1::uuid for update of e`,
    },
    [entityId],
  );
  return rows[0]?.tags;
}

async function changeTags(
  session: Session,
  entityId: string,
  { put, removed }: Labels,
): Promise<string[]> {
  await session.run(
    {
      name: 'remove_tags',
      text: 'delete from entity_tag where entity_id = $1::uuid and tag = any ($2::text[])',
    },
    [entityId, [...removed]],
  );
  await session.run(
    {
      name: 'add_tags',
      text: 'insert into entity_tag (entity_id, tag) select $1::uuid, unnest($2::text[])',
    },
    [entityId, [...put]],
  );
  const { rows } = await session.run<{ tags: string[] }>(
    { name: 'read_tags', text: `select ${tagsOf('$1::uuid')} as tags` },
    [entityId],
  );
  return rows[0]?.tags ?? [];
}

/** A new version, so that who keeps a copy of the entity takes the change. */
async function tellChange(
  session: Session,
  { connection, model }: FoundEntity,
  { entityId, causedBy }: Change,
): Promise<void> {
  const time = new Date();
  const columns = model.fields.map(({ column }) => `e."${column}"`).join(', ');
  const { rows } = await session.run<ChangedRow>(
    {
      name: `tagged_${model.type}`,
      text: `update "${model.type}" e set version = e.version + 1, updated_at = $2::timestamptz where e.id = $1::uuid
        returning e.external_id, e.version, e.attributes, ${columns}`,
    },
    [entityId, time],
  );
  const batches = new EventBatches(time);
  const events = new EntityEvents(batches, connection, causedBy);
  for (const row of rows)
    events.written(
      model,
      model.updated,
      { id: entityId, externalId: row.external_id, version: row.version },
      JSON.stringify(fieldsOf(model, row)),
    );
  await appendMessages(session, batches.messages());
}
