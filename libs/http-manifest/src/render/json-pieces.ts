import { FileInBase64 } from '../template/file-value.ts';
import { FileValue } from '../template/file-value.ts';
import type { RenderedPiece } from './rendered-request.ts';
import { RenderError } from './render-error.ts';

/** JSON text, interrupted where a file is to stand. */
export function jsonPieces(value: unknown): readonly RenderedPiece[] {
  const pieces: RenderedPiece[] = [];
  write(value, pieces);
  return joined(pieces);
}

/** Texts that follow each other are one. */
export function joined(pieces: readonly RenderedPiece[]): readonly RenderedPiece[] {
  const runs: RenderedPiece[] = [];
  let texts: string[] = [];
  const end = (): void => {
    if (texts.length > 0) runs.push(texts.join(''));
    texts = [];
  };
  for (const piece of pieces) {
    if (typeof piece === 'string') texts.push(piece);
    else {
      end();
      runs.push(piece);
    }
  }
  end();
  return runs;
}

function write(value: unknown, pieces: RenderedPiece[]): void {
  if (value instanceof FileInBase64) pieces.push('"', { fileBase64: value.fileId }, '"');
  else if (value instanceof FileValue)
    throw new RenderError(
      'http_manifest.render',
      'a file cannot stand in JSON as it is: use the filter base64, or file.url',
    );
  else if (Array.isArray(value)) writeList(value, pieces);
  else if (typeof value === 'object' && value !== null) writeObject(value, pieces);
  else pieces.push(JSON.stringify(value) ?? 'null');
}

function writeList(list: readonly unknown[], pieces: RenderedPiece[]): void {
  list.forEach((each, place) => {
    pieces.push(place === 0 ? '[' : ',');
    write(each, pieces);
  });
  pieces.push(list.length === 0 ? '[]' : ']');
}

function writeObject(object: object, pieces: RenderedPiece[]): void {
  const entries = Object.entries(object);
  entries.forEach(([name, each], place) => {
    pieces.push(place === 0 ? '{' : ',', JSON.stringify(name), ':');
    write(each, pieces);
  });
  pieces.push(entries.length === 0 ? '{}' : '}');
}
