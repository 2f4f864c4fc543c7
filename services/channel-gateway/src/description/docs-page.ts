import { createHash } from 'node:crypto';
import {
  operationsOf,
  type ApiParameter,
  type OpenApiDocument,
  type Operation,
  type PlacedOperation,
} from './open-api-types.ts';

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #1c1e21; background: #fff; }
h2 { margin-top: 2.5rem; font-size: 1.1rem; } code, pre { font: 14px/1.4 ui-monospace, monospace; }
pre { background: #f4f5f7; padding: .75rem 1rem; overflow-x: auto; border-radius: 6px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-top: 1px solid #ddd; }
@media (prefers-color-scheme: dark) { body { background: #16181b; color: #e4e6e8; } pre { background: #22252a; } th, td { border-color: #3a3e45; } a { color: #8ab4ff; } }
`;

/** The one style of the page, allowed by its hash: the page loads nothing. */
export const docsPolicy =
  "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; " +
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** The API's description for people, made from the one for programs. */
export function docsPage(document: OpenApiDocument): string {
  const { info } = document;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escape(info.title)}</h1>
<p>${text(info.description)}</p>
<p>Send the key with every request: ${text('`Authorization: Bearer mop_…`')}. An operator makes it with the admin API.
For programs there is <a href="/openapi.json">openapi.json</a>.</p>
${operationsOf(document).map(section).join('\n')}
</body>
</html>
`;
}

function section({ path, method, operation }: PlacedOperation): string {
  const [security] = operation.security;
  return `<h2 id="${escape(operation.operationId)}"><code>${method.toUpperCase()} ${escape(path)}</code></h2>
<p>${escape(operation.summary)}. Scope ${text(`\`${security?.key.join(' ') ?? ''}\``)}.</p>
<table><tbody>
${operation.parameters.map(row).join('\n')}
</tbody></table>
<pre>${escape(`curl ${optionsOf(method, operation)}-H "Authorization: Bearer $KEY" '${exampleUrl(path, operation)}'`)}</pre>`;
}

function optionsOf(method: PlacedOperation['method'], operation: Operation): string {
  if (method === 'delete') return '-X DELETE ';
  const body = operation.requestBody?.content['application/json']?.example;
  if (body !== undefined)
    return `-H 'Content-Type: application/json' -H "Idempotency-Key: $(uuidgen)" -d '${JSON.stringify(body)}' `;
  return isStream(operation) ? '-N ' : '';
}

/** curl would keep what comes until its buffer is full. */
function isStream({ responses }: Operation): boolean {
  return JSON.stringify(responses['200']).includes('text/event-stream');
}

function row({ name, required, description, schema }: ApiParameter): string {
  const limits = Object.entries(schema)
    .filter(([key]) => ['minimum', 'maximum', 'default'].includes(key))
    .map(([key, value]) => `${key} ${String(value)}`);
  const note = [required ? 'required' : '', ...limits].filter((part) => part !== '').join(', ');
  return `<tr><th scope="row"><code>${escape(name)}</code></th><td>${text(description)}${note === '' ? '' : ` <small>(${escape(note)})</small>`}</td></tr>`;
}

function exampleUrl(path: string, { parameters }: Operation): string {
  const query = new URLSearchParams();
  for (const { name, in: place, required, example = '' } of parameters)
    if (place === 'query' && (required || name === 'limit')) query.set(name, example);
  const url = `http://127.0.0.1:4101${path.replace('{id}', '01938c60-0000-7000-8000-000000000001').replace('{connection}', '01938c5e-7b1c-7a52-9a0e-3d1f6b2c4e02').replace('{type}', 'person')}`;
  return query.size === 0 ? url : `${url}?${query.toString()}`;
}

/** Escapes, then shows \`code\` as code. */
function text(plain: string): string {
  return escape(plain).replaceAll(/`([^`]*)`/gu, '<code>$1</code>');
}

function escape(plain: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return plain.replaceAll(/[&<>"']/gu, (sign) => entities[sign] ?? sign);
}
