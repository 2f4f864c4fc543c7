const shownLength = 80;

/** A text with placeholders that cannot be read, or has no value to show. It never holds a value. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly code = 'http_manifest.template';
  readonly retry = 'never';
  /** Where in the text, from 0. */
  readonly place: number;

  constructor(text: string, place: number, reason: string) {
    super(`template ${JSON.stringify(shown(text, place))} at ${String(place)}: ${reason}`);
    this.place = place;
  }
}

/** The neighbourhood of the place: templates may be long. */
function shown(text: string, place: number): string {
  if (text.length <= shownLength) return text;
  const from = Math.max(0, Math.min(place - shownLength / 4, text.length - shownLength));
  return text.slice(from, from + shownLength);
}
