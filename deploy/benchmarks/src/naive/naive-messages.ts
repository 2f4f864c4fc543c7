/** What a process of the naive path is given at its start: by message, since arguments can be read by others. */
export interface NaiveStart {
  readonly kind: 'start';
  readonly natsPort: number;
  readonly natsCredentials: string;
  readonly postgres: { readonly port: number; readonly password: string };
  readonly pluginSource: string;
}

/** One sync for the runner. */
export interface NaiveSync {
  readonly kind: 'sync';
  readonly config: object;
}

export type NaiveOrder = NaiveStart | NaiveSync;

/** An answer to each order. */
export interface NaiveAnswer {
  readonly count: number;
  readonly error?: string;
}

export const naiveStreams = { items: 'NAIVE_ITEMS', events: 'NAIVE_EVENTS' } as const;
export const naiveSubjects = { items: 'naive.items', events: 'naive.events' } as const;
export const naiveConsumer = 'naive';
