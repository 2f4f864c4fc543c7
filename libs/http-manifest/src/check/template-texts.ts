import type { Body, Field, Part, RequestTemplate } from '../http-manifest.ts';
import { pointerTo } from './pointer.ts';
import { textsIn, type PlacedText } from './texts.ts';

/** A text with placeholders, and whether its field is left out when they are empty. */
export interface PlacedTemplate extends PlacedText {
  readonly mayBeEmpty: boolean;
}

/** Every text of a request in which placeholders may stand. */
export function templateTexts(
  { url, headers, query, body }: Partial<RequestTemplate>,
  pointer: string,
): PlacedTemplate[] {
  return [
    ...needed(url, pointerTo(pointer, 'url')),
    ...needed(headers, pointerTo(pointer, 'headers')),
    ...fields(query, pointerTo(pointer, 'query')),
    ...(body === undefined ? [] : bodyTexts(body, pointerTo(pointer, 'body'))),
  ];
}

function bodyTexts(body: Body, pointer: string): PlacedTemplate[] {
  switch (body.kind) {
    case 'none':
    case 'binary':
      return [];
    case 'json':
      return [
        ...needed(body.json, pointerTo(pointer, 'json')),
        ...needed(body.template, pointerTo(pointer, 'template')),
      ];
    case 'form':
      return [
        ...fields(body.fields, pointerTo(pointer, 'fields')),
        ...needed(body.template, pointerTo(pointer, 'template')),
      ];
    case 'multipart':
      return [
        ...parts(body.parts, pointerTo(pointer, 'parts')),
        ...needed(body.template, pointerTo(pointer, 'template')),
      ];
    case 'text':
    case 'xml':
      return needed(body.template, pointerTo(pointer, 'template'));
  }
}

function needed(value: unknown, pointer: string): PlacedTemplate[] {
  return textsIn(value, pointer).map((text) => ({ ...text, mayBeEmpty: false }));
}

function fields(list: readonly Field[] = [], pointer: string): PlacedTemplate[] {
  return list.map(({ value, omit_empty: mayBeEmpty = false }, index) => ({
    pointer: pointerTo(pointer, index, 'value'),
    text: value,
    mayBeEmpty,
  }));
}

function parts(list: readonly Part[] = [], pointer: string): PlacedTemplate[] {
  return list.flatMap(({ value, filename, omit_empty: mayBeEmpty = false }, index) =>
    textsIn({ value, filename }, pointerTo(pointer, index)).map((text) => ({
      ...text,
      mayBeEmpty,
    })),
  );
}
