const minLength = 6;

/** Removes config values from log text: as they are, in base64 and URL-encoded. Shorter ones would hit words by chance. */
export function redactor(config: Readonly<Record<string, unknown>>): (text: string) => string {
  const forms = [...new Set(values(config).flatMap(encodings))].toSorted(
    (a, b) => b.length - a.length,
  );
  return (text) => forms.reduce((result, form) => result.replaceAll(form, '[secret]'), text);
}

function values(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= minLength ? [value] : [];
  if (typeof value === 'number') return values(String(value));
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(values) : [];
}

function encodings(value: string): string[] {
  const base64 = Buffer.from(value).toString('base64');
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    base64,
    base64.replace(/=+$/u, ''),
    Buffer.from(value).toString('base64url'),
    encodeURIComponent(value),
  ];
}
