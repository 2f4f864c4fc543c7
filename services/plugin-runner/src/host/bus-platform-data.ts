import type { JsonObject } from '@bufbuild/protobuf';
import type { Bus } from '@made-open/bus';
import { EntityService } from '@made-open/contracts';
import type { checkpointVersions } from '@made-open/manifest';
import {
  PlatformData,
  type EntityPage,
  type EntityQuery,
  type SavedCheckpoint,
} from './platform-data.ts';

type CheckpointVersions = ReturnType<typeof checkpointVersions>;

/** Asks etl over the bus. */
export class BusPlatformData extends PlatformData {
  readonly #bus: Pick<Bus, 'call'>;
  readonly #token: string;
  readonly #connectionId: string;
  readonly #checkpoints: CheckpointVersions;

  constructor(
    bus: Pick<Bus, 'call'>,
    token: string,
    { connectionId, checkpoints }: { connectionId: string; checkpoints: CheckpointVersions },
  ) {
    super();
    this.#bus = bus;
    this.#token = token;
    this.#connectionId = connectionId;
    this.#checkpoints = checkpoints;
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
    const { oldest: oldestVersion, newest: newestVersion } = this.#checkpoints;
    const { stateJson, runId, version } = await this.#bus.call(
      EntityService.method.getCheckpoint,
      { connectionId: this.#connectionId, oldestVersion, newestVersion },
      { parameters: { plugin: this.#token } },
    );
    // An etl that knows no versions has saved the first.
    const migrateFrom = version || 1;
    return { stateJson, runId, ...(migrateFrom < newestVersion ? { migrateFrom } : {}) };
  }
}

/** It came as JSON, so it is. */
function jsonObject(value: Readonly<Record<string, unknown>>): JsonObject {
  const copy: JsonObject = JSON.parse(JSON.stringify(value));
  return copy;
}
