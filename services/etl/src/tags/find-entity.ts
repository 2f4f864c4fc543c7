import {
  connectionColumns,
  connectionOf,
  type Connection,
  type ConnectionRow,
} from '../connections/connection.ts';
import type { Session, Statement } from '../database/session.ts';
import { allEntityModels, conversationModel, type ReadModel } from '../entities/entity-model.ts';

/** An entity's type and the connection that it came by. */
export interface FoundEntity {
  readonly model: ReadModel;
  readonly connection: Connection;
}

const models: readonly ReadModel[] = [...allEntityModels, conversationModel];

const find: Statement = {
  name: 'find_entity_of_any_type',
  text: `select f.type, ${connectionColumns} from connection c join (
      ${models
        .map(
          ({ type }) =>
            `select '${type}' as type, connection_key from "${type}" where id = $2::uuid`,
        )
        .join(' union all ')}
    ) f on f.connection_key = c.key where c.space_id = $1`,
};

/** Finds an entity of a space by its id alone. */
export async function findEntity(
  session: Session,
  spaceId: string,
  entityId: string,
): Promise<FoundEntity | undefined> {
  const { rows } = await session.run<ConnectionRow & { type: string }>(find, [spaceId, entityId]);
  const [row] = rows;
  const model = models.find(({ type }) => type === row?.type);
  return row === undefined || model === undefined
    ? undefined
    : { model, connection: connectionOf(row) };
}
