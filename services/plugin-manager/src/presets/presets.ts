import { readHttpManifest, type HttpManifest } from '@made-open/http-manifest';
import { notFound } from '../errors.ts';
import { presetTexts } from './preset-texts.ts';

/** An HTTP manifest that is shipped. */
export function presetOf(id: string): HttpManifest {
  const text = Object.hasOwn(presetTexts, id) ? presetTexts[id] : undefined;
  if (text === undefined) throw notFound('preset', id);
  return readHttpManifest(text);
}

/** All of them, by their ids. */
export function allPresets(): readonly HttpManifest[] {
  return Object.keys(presetTexts).map(presetOf);
}
