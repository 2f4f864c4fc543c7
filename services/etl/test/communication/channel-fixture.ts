import { KeepConversations } from '../../src/conversations/keep-conversations.ts';
import { conversationModel, entityModels } from '../../src/entities/entity-model.ts';
import { EntityReader } from '../../src/entities/entity-reader.ts';
import { records, type Content, type EtlFixture, type TestConnection } from '../etl-fixture.ts';

export const channelGrants = ['event:publish:communication.*', 'data:write:messages'];

/** Events that a channel emits, each with its payload as it is or as text. */
export function emitted(
  ...events: readonly (readonly [name: string, payload: unknown])[]
): Content {
  return records(
    [{ kind: 'event', subjects: events.map(([name]) => `communication.${name}`) }],
    events.map(([, payload]) => (typeof payload === 'string' ? payload : JSON.stringify(payload))),
  );
}

/** An event of the stream COMMUNICATION. */
export interface ToldEvent {
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Connections of a channel, each in a space of its own, and what is made of what they tell. */
export class ChannelFixture {
  readonly etl: EtlFixture;
  readonly #reader: EntityReader;
  readonly #keeper: KeepConversations;
  #spaces = 0;

  constructor(etl: EtlFixture) {
    this.etl = etl;
    this.#reader = new EntityReader(etl.pool);
    this.#keeper = new KeepConversations({
      database: etl.database,
      pool: etl.pool,
      onCommitted: () => undefined,
      onError: (error) => {
        throw error;
      },
    });
  }

  async connection(
    change: { grants?: string[]; pluginType?: string; channelJson?: string } = {},
  ): Promise<{ connection: TestConnection; spaceId: string }> {
    const spaceId = `channel-${String(++this.#spaces)}`;
    const connection = await this.etl.connection({
      spaceId,
      grants: channelGrants,
      pluginType: 'channel',
      channelJson: '{"type":"sms"}',
      ...change,
    });
    return { connection, spaceId };
  }

  async messages(spaceId: string) {
    return this.#list(entityModels.message, spaceId);
  }

  async conversations(spaceId: string) {
    await this.#keeper.renewAll();
    return this.#list(conversationModel, spaceId);
  }

  async told(connection: TestConnection, name: string): Promise<ToldEvent[]> {
    const events = await connection.events(`communication.${name}`);
    return events.map(({ id, data }) => ({ id, data: { ...data } }));
  }

  async #list(model: typeof conversationModel, spaceId: string) {
    const { entities } = await this.#reader.list(model, { spaceId, limit: 50 });
    return entities.map(({ origin, fields }) => ({
      id: origin?.entityId,
      externalId: origin?.externalId,
      ...fields,
    }));
  }
}
