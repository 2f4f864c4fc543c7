import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dataModelPage } from '../src/entities/data-model.ts';
import { entityJsonSchema } from '../src/entities/entity-json-schema.ts';
import { entityMessages } from '../src/entities/entity-messages.ts';
import { eventCatalogue } from '../src/event-catalogue.ts';

interface Location {
  path?: number[];
  leadingComments?: string;
}

interface Image {
  file: {
    package?: string;
    messageType?: { name: string; field?: { name: string }[] }[];
    sourceCodeInfo?: { location: Location[] };
  }[];
}

// Numbers of fields in descriptor.proto.
const fileMessages = 4;
const messageFields = 2;

const proto = fileURLToPath(new URL('../../../proto', import.meta.url));
const image = JSON.parse(
  execFileSync('buf', ['build', '-o', '-#format=json'], {
    cwd: proto,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  }),
) as Image;

/** Names of messages and their fields by the path that source locations have. */
function namesOf({ messageType = [] }: Image['file'][number]): Map<string, string> {
  const names = new Map<string, string>();
  for (const [place, { name, field = [] }] of messageType.entries()) {
    names.set(`${fileMessages},${place}`, name);
    for (const [index, { name: part }] of field.entries())
      names.set(`${fileMessages},${place},${messageFields},${index}`, `${name}.${part}`);
  }
  return names;
}

const comments = new Map<string, string>();
for (const file of image.file) {
  const names = namesOf(file);
  for (const { path = [], leadingComments } of file.sourceCodeInfo?.location ?? []) {
    const name = names.get(path.join(','));
    if (name !== undefined && leadingComments !== undefined)
      comments.set(
        `${file.package ?? ''}.${name}`,
        leadingComments.trim().replaceAll(/\s*\n\s*/gu, ' '),
      );
  }
}

const schemas = Object.fromEntries(
  Object.entries(entityMessages).map(([type, message]) => [
    type,
    entityJsonSchema(type, message, comments),
  ]),
);

const write = (path: string, text: string): void =>
  writeFileSync(new URL(path, import.meta.url), text);
write('../docs/events.md', eventCatalogue(comments));
write('../docs/data-model.md', dataModelPage(comments));
write(
  '../src/gen/entity-schemas.ts',
  `import type { JsonSchema } from '../entities/entity-json-schema.ts';

/** The JSON Schema of each type of entity. Generated from \`proto/\`; do not edit. */
export const entitySchemas: Readonly<Record<string, JsonSchema>> = ${JSON.stringify(schemas, null, 2)};
`,
);
