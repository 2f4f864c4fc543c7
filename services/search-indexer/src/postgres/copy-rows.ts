const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

/** Rows in the text format of PostgreSQL's COPY. */
export function copyRows(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(field).join('\t')}\n`).join('');
}

function field(value: string | number): string {
  return String(value).replaceAll(/[\\\t\n\r]/gu, (sign) => escapes[sign] ?? sign);
}
