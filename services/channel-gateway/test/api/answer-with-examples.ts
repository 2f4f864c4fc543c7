import { RemoteError } from '@made-open/bus';
import type { JsonObject } from '@bufbuild/protobuf';
import { EntityService, EntityType, SearchFacet, SearchService } from '@made-open/contracts';
import {
  entityExamples,
  hitExample,
  linkedPersonExample,
  participantsExample,
} from '../../src/description/examples.ts';
import { entityKinds, type EntityKind } from '../../src/entities/entity-kind.ts';
import type { Gateway } from '../gateway.ts';

const { listEntities, getEntity, getLinkedPerson, matchParticipants } = EntityService.method;

interface Example {
  readonly id: string;
  readonly type: string;
  readonly source: Readonly<
    Record<'connection_id' | 'plugin_id' | 'external_id' | 'updated_at', string>
  >;
  readonly tags: readonly string[];
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export function exampleOf(kind: EntityKind): Example & JsonObject {
  return entityExamples[kind.type] as Example & JsonObject;
}

/** The record that etl would have of the example in the description. */
function recordOf(type: EntityType) {
  const kind = entityKinds.find(({ entityType }) => entityType === type);
  if (kind === undefined) throw new Error('no such type');
  const { id, tags, source, version, created_at, updated_at, type: _, ...fields } = exampleOf(kind);
  return {
    origin: {
      entityId: id,
      spaceId: 'default',
      connectionId: source.connection_id,
      pluginId: source.plugin_id,
      externalId: source.external_id,
      version,
    },
    type,
    fields: { ...fields, updated_at: source.updated_at } as JsonObject,
    createdAt: created_at,
    updatedAt: updated_at,
    tags: [...tags],
  };
}

/** The services behind the gateway answer with the examples of the description. */
export function answerWithExamples(gateway: Gateway): void {
  gateway.fakes.etl.on(listEntities, 'cmd.etl.ListEntities', ({ type, cursor }) => {
    if (cursor === 'gone') throw new RemoteError('etl.busy', 'not now', 'later');
    return { entities: [recordOf(type)], nextCursor: 'next' };
  });
  gateway.fakes.etl.on(getEntity, 'cmd.etl.GetEntity', ({ type, entityId }) =>
    recordOf(type).origin.entityId === entityId ? { entity: recordOf(type) } : {},
  );
  const { person_id: personId, records } = linkedPersonExample;
  gateway.fakes.etl.on(getLinkedPerson, 'cmd.etl.GetLinkedPerson', ({ personId: asked }) =>
    records.some(({ id }) => id === asked)
      ? {
          person: {
            personId,
            records: records.map(({ id, linked_by }) => ({ entityId: id, rule: linked_by })),
          },
        }
      : {},
  );
  gateway.fakes.etl.on(matchParticipants, 'cmd.etl.MatchParticipants', ({ type, entityId }) => ({
    found: recordOf(type).origin.entityId === entityId,
    participants: participantsExample.participants.map((participant) => ({
      address: participant.address,
      personId: participant.person_id ?? '',
      displayName: participant.display_name ?? '',
    })),
  }));
  const { id, type: _, title, marked_title, snippet, score, connection_id, plugin_id } = hitExample;
  gateway.fakes.indexer.on(
    SearchService.method.search,
    'cmd.search_indexer.Search',
    ({ cursor }) => {
      if (cursor === 'gone') throw new RemoteError('search.unavailable', 'not now', 'later');
      const hit = {
        entityId: id,
        type: EntityType.PERSON,
        title,
        markedTitle: marked_title,
        snippet,
        score,
        connectionId: connection_id,
        pluginId: plugin_id,
      };
      const type = { facet: SearchFacet.TYPE, type: EntityType.PERSON, count: 1 };
      return { hits: [hit], total: 1, facetCounts: [type] };
    },
  );
}
