import { renderText, type Scope } from '../template/render-template.ts';
import type { RenderedPart } from './rendered-request.ts';

const fileNames = new Set(['attachment', 'file', 'document']);
const fileValue = /^(?:\{\{\s*file\s*\}\}|@\{\{\s*file_path\s*\}\})$/u;

interface Pair {
  readonly name: string;
  readonly value: string;
}

/** `a={{ to }}&b=…`: split before it is rendered, so that a value cannot begin a field. */
export function renderLegacyForm(
  text: string,
  scope: Scope,
): readonly (readonly [string, string])[] {
  return pairsOf(text).map(
    ({ name, value }) => [legacyText(name, scope), legacyText(value, scope)] as const,
  );
}

/** Faxbot's names of files, and values that mean the file. */
export function renderLegacyParts(
  text: string,
  scope: Scope,
): readonly (RenderedPart | { readonly fileName: string })[] {
  return pairsOf(text).map(({ name, value }) =>
    fileNames.has(name.toLowerCase()) || fileValue.test(value.trim())
      ? { fileName: name }
      : { name: legacyText(name, scope), value: legacyText(value, scope) },
  );
}

function pairsOf(text: string): readonly Pair[] {
  return text.split('&').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at <= 0 ? [] : [{ name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() }];
  });
}

function legacyText(text: string, scope: Scope): string {
  return renderText(text, scope, { isLegacy: true });
}
