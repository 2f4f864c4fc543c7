import type { Bus } from '@made-open/bus';
import { EntityService } from '@made-open/contracts';
import { RulesError } from '../errors.ts';
import { causes, textIn, type CarriedOut, type CarryOut, type DueAction } from './carry-out.ts';

const maxLength = 64;

/** Has etl put labels on the entity that the event is about, or take them off; twice is as good as once. */
export class TagEntity implements CarryOut {
  readonly #bus: Pick<Bus, 'call'>;

  constructor(bus: Pick<Bus, 'call'>) {
    this.#bus = bus;
  }

  async carryOut(action: DueAction): Promise<CarriedOut> {
    const { spaceId, content } = action;
    const entityId = textIn(content, 'entity_id');
    if (entityId === '') throw new RulesError('no_entity', 'the event is about no entity');
    const labels = labelsOf(content['labels']);
    const { found } = await this.#bus.call(EntityService.method.tagEntity, {
      spaceId,
      entityId,
      ...(action.kind === 'untag_entity' ? { removedLabels: labels } : { labels }),
      causedBy: causes(action),
    });
    if (!found) throw new RulesError('no_entity', 'the entity is gone');
    return { resultId: entityId };
  }
}

function labelsOf(value: unknown): string[] {
  const labels = Array.isArray(value) ? value.filter((label) => typeof label === 'string') : [];
  if (labels.length === 0)
    throw new RulesError('no_labels', 'the event has nothing where the labels look for their text');
  return labels.map((label) => Array.from(label.toWellFormed()).slice(0, maxLength).join(''));
}
