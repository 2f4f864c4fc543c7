import { pointerTo } from './pointer.ts';

/** A text of a document and where it stands. */
export interface PlacedText {
  readonly pointer: string;
  readonly text: string;
}

/** Every text in a value; keys are none. */
export function textsIn(value: unknown, pointer: string): PlacedText[] {
  if (typeof value === 'string') return [{ pointer, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => textsIn(part, pointerTo(pointer, key)));
}
