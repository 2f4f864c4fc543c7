import type { JsonObject } from '@bufbuild/protobuf';
import type { Bus } from '@made-open/bus';
import { EntityService } from '@made-open/contracts';
import {
  PlatformData,
  type EntityPage,
  type EntityQuery,
  type SavedCheckpoint,
} from './platform-data.ts';

/** Asks etl over the bus. */
export class BusPlatformData extends PlatformData {
  readonly #bus: Pick<Bus, 'call'>;
  readonly #token: string;
  readonly #connectionId: string;

  constructor(bus: Pick<Bus, 'call'>, token: string, connectionId: string) {
    super();
    this.#bus = bus;
    this.#token = token;
    this.#connectionId = connectionId;
  }

  override async query({ where, ...query }: EntityQuery): Promise<EntityPage> {
    const { entities, nextCursor } = await this.#bus.call(
      EntityService.method.queryEntities,
      {
        ...query,
        connectionId: this.#connectionId,
        ...(where === undefined ? {} : { where: jsonObject(where) }),
      },
      { parameters: { plugin: this.#token } },
    );
    return {
      entities: entities.map(({ origin, fields }) => ({ id: origin?.entityId, ...fields })),
      ...(nextCursor === '' ? {} : { nextCursor }),
    };
  }

  override async checkpoint(): Promise<SavedCheckpoint> {
    const { stateJson, runId } = await this.#bus.call(
      EntityService.method.getCheckpoint,
      { connectionId: this.#connectionId },
      { parameters: { plugin: this.#token } },
    );
    return { stateJson, runId };
  }
}

/** It came as JSON, so it is. */
function jsonObject(value: Readonly<Record<string, unknown>>): JsonObject {
  const copy: JsonObject = JSON.parse(JSON.stringify(value));
  return copy;
}
