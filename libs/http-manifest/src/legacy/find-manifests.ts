/** A JSON object within a text. */
export interface FoundManifest {
  /** As it stands there. */
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const maxLength = 256 * 1024;
/** Characters that are looked at in vain: a text of nothing but brackets would have each looked at very often. */
const maxSteps = 2 * 1024 * 1024;

/**
 * The manifests in a text: one, a list, or a page of Markdown with any text between. Objects count, not fences: lists of
 * manifests are often written without.
 */
export function findManifests(text: string): FoundManifest[] {
  const found: FoundManifest[] = [];
  let steps = 0;
  let at = text.indexOf('{');
  while (at >= 0 && steps < maxSteps) {
    const end = endOfObject(text, at);
    const object = end === undefined ? undefined : read(text.slice(at, end));
    if (object === undefined) steps += (end ?? Math.min(text.length, at + maxLength)) - at;
    else found.push(object);
    at = text.indexOf('{', object === undefined || end === undefined ? at + 1 : end);
  }
  return found;
}

/** Behind the bracket that closes; undefined where none does. */
function endOfObject(text: string, from: number): number | undefined {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}]/gsu;
  tokens.lastIndex = from;
  let depth = 0;
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    if (token.index - from > maxLength) return undefined;
    if (token[0] === '{') depth++;
    else if (token[0] === '}') depth--;
    if (depth === 0) return token.index + 1;
  }
  return undefined;
}

function read(text: string): FoundManifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isManifest(value) ? { text, value } : undefined;
  } catch {
    return undefined;
  }
}

function isManifest(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    ('manifest_version' in value || ('id' in value && 'actions' in value))
  );
}
