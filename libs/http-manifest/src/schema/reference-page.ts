import { httpManifestSchema } from './http-manifest-schema.ts';
import type { Schema } from './kinds.ts';

/** The reference of the format, for people who write manifests; made of the schema alone. */
export function referencePage(): string {
  const schema: Schema = httpManifestSchema;
  return [
    '# HTTP manifest, version 1',
    '<!-- Generated from libs/http-manifest/src/schema by npm run generate. -->',
    `${String(schema['description'])} The same as JSON Schema: [manifest-v1.schema.json](manifest-v1.schema.json).`,
    ...templates,
    '## Manifest',
    ...describe(schema),
    ...Object.entries<Schema>(httpManifestSchema.$defs).flatMap(([name, definition]) => [
      `## ${name}`,
      ...sentences(definition['description']),
      ...describe(definition),
    ]),
    '',
  ].join('\n\n');
}

const templates = [
  'In texts of requests `{{ path | filter(argument) }}` stands for a value: `to`, `from`, `subject`, `body`, `file.name`, `job_id`, `attempt_id`, `provider_job_id`, `callback_url`, `settings.<name>`, `steps.<id>.<output>`. A text that is one placeholder keeps the type of the value. `creds.<name>` stands in `auth`, in `path_params.source` and in `verification` alone.',
  'What a schema cannot say is checked as well: hosts against `allowed_domains`, placeholders, paths, expressions, headers that HTTP itself sets, secrets, and that categories, capabilities and actions agree.',
];

function describe(schema: Schema): string[] {
  const alternatives = listOf(schema['oneOf'] ?? schema['anyOf']).filter(
    (each) => each['properties'] !== undefined || each['enum'] !== undefined,
  );
  const own = schema['properties'] === undefined ? [] : [fieldTable(schema)];
  const values = Array.isArray(schema['enum'])
    ? [`One of ${schema['enum'].map((each) => `\`${String(each)}\``).join(', ')}.`]
    : [];
  return [...values, ...own, ...alternatives.flatMap(alternative)];
}

function alternative(schema: Schema): string[] {
  const constant = constantOf(schema);
  const heading = constant === undefined ? [] : [`### ${constant}`];
  if (schema['properties'] === undefined)
    return [...heading, `${capital(schema['description'])}: ${kindOf(schema)}.`];
  return [...heading, ...sentences(schema['description']), fieldTable(schema)];
}

/** `scheme: "basic"` for one of several that a field tells apart. */
function constantOf(schema: Schema): string | undefined {
  for (const [name, property] of Object.entries(fieldsOf(schema)))
    if (typeof property['const'] === 'string') return `\`${name}: "${property['const']}"\``;
  return undefined;
}

function fieldTable(schema: Schema): string {
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  return [
    '| field | type | required | what it is |',
    '| --- | --- | --- | --- |',
    ...Object.entries(fieldsOf(schema)).map(([name, field]) =>
      row([`\`${name}\``, kindOf(field), required.has(name) ? 'yes' : '', whatOf(field)]),
    ),
    ...Object.entries(fieldsOf(schema)).flatMap(([name, field]) => innerRows(name, field)),
  ].join('\n');
}

/** Fields of an object that has no definition of its own. */
function innerRows(name: string, field: Schema): string[] {
  const isList = field['type'] === 'array';
  const [inner] = isList ? listOf([field['items']]) : [field];
  if (inner === undefined) return [];
  const required = new Set(Array.isArray(inner['required']) ? inner['required'] : []);
  const place = isList ? `${name}[]` : name;
  return Object.entries(fieldsOf(inner)).map(([key, each]) =>
    row([`\`${place}.${key}\``, kindOf(each), required.has(key) ? 'yes' : '', whatOf(each)]),
  );
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function kindOf(schema: Schema): string {
  const name = definitionOf(schema);
  if (name !== undefined) return `[${name}](#${name.toLowerCase()})`;
  if ('const' in schema) return `\`${JSON.stringify(schema['const'])}\``;
  if (Array.isArray(schema['enum']))
    return schema['enum'].map((each) => `\`${String(each)}\``).join(', ');
  const [items, values] = [
    listOf([schema['items']])[0],
    listOf([schema['additionalProperties']])[0],
  ];
  if (items !== undefined) return `list of ${kindOf(items)}`;
  if (values !== undefined) return `names to ${kindOf(values)}`;
  return typeof schema['type'] === 'string' ? `${schema['type']}${boundsOf(schema)}` : 'any JSON';
}

function boundsOf({ minimum, maximum, maxLength }: Schema): string {
  if (typeof minimum === 'number' && typeof maximum === 'number')
    return `, ${String(minimum)} to ${String(maximum)}`;
  return typeof maxLength === 'number' ? `, at most ${String(maxLength)} characters` : '';
}

function whatOf(schema: Schema): string {
  const own = schema['description'];
  if (typeof own === 'string') return own;
  const name = definitionOf(schema);
  const definitions: Readonly<Record<string, Schema>> = httpManifestSchema.$defs;
  const of = name === undefined ? undefined : definitions[name]?.['description'];
  return typeof of === 'string' ? of : '';
}

function definitionOf(schema: Schema): string | undefined {
  const reference = schema['$ref'];
  return typeof reference === 'string' ? reference.split('/').at(-1) : undefined;
}

function fieldsOf(schema: Schema): Readonly<Record<string, Schema>> {
  const properties = schema['properties'];
  return isSchema(properties)
    ? Object.fromEntries(
        Object.entries(properties).flatMap(([name, field]) =>
          isSchema(field) ? [[name, field]] : [],
        ),
      )
    : {};
}

function listOf(value: unknown): Schema[] {
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sentences(text: unknown): string[] {
  return typeof text === 'string' ? [text] : [];
}

function capital(text: unknown): string {
  return typeof text === 'string' ? text.charAt(0).toUpperCase() + text.slice(1) : '';
}
