import type { Fields } from '../fields.ts';

/** An event of the platform, by its name under `communication`. */
export interface ChannelEvent {
  readonly name: string;
  readonly payload: Fields;
}
