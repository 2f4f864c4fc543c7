import type { GraphEntity, GraphServer } from '@made-open/sample';
import type { Entity } from '../platform/api-client.ts';
import type { Story } from '../platform/story.ts';

/** What the account of the local Graph server holds, by the public API's names. */
export const bySource = { persons: 120, events: 42, messages: 170, documents: 60 } as const;

type Table = keyof typeof bySource;

/** Ids at the source of what the platform has. */
export async function idsOf(story: Story, table: Table): Promise<string[]> {
  const entities = await story.client.all<Entity>(`/${table}?limit=200`);
  return entities.map((entity) => entity.source.external_id);
}

export async function countsOf(story: Story): Promise<Record<Table, number>> {
  const count = async (table: Table): Promise<number> => (await idsOf(story, table)).length;
  return {
    persons: await count('persons'),
    events: await count('events'),
    messages: await count('messages'),
    documents: await count('documents'),
  };
}

/** Events of what the source has; those of conversations come when etl has made them. */
export async function changesSince(story: Story, sequence: number): Promise<string[]> {
  return (await story.events('DATA', sequence))
    .map(({ type }) => type)
    .filter((type) => !type.startsWith('data.Conversation'))
    .toSorted();
}

export function one(entities: readonly GraphEntity[], name: string, value: unknown): GraphEntity {
  const found = entities.find((entity) => entity[name] === value);
  if (found === undefined) throw new Error(`no ${name} ${String(value)}`);
  return found;
}

export function inboxOf({ mailbox }: GraphServer): GraphEntity {
  const folder = mailbox.mailFolder('inbox');
  if (folder === undefined) throw new Error('there is no inbox');
  return folder;
}
