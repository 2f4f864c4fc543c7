import type { DescMessage } from '@bufbuild/protobuf';
import { entityFields } from './entity-fields.ts';
import { entityMessages } from './entity-messages.ts';
import type { Comments } from '../event-catalogue.ts';

/** The page that describes the fields of every type of entity, in Markdown. */
export function dataModelPage(comments: Comments): string {
  return [
    '# Data model',
    '',
    'Generated from `proto/` by `npm run generate`; do not edit. These are the fields of an item’s `data`, of entities in the public API and',
    'in events. None is required. The public API serves the JSON Schema of a type at `/v1/schemas/{type}`.',
    '',
    '| kind | value |',
    '|---|---|',
    '| text | a string; blanks at its ends are cut |',
    '| prose | a string, white space kept |',
    '| time | RFC 3339 with an offset, or a date, which is its midnight in UTC; shown in UTC |',
    '| file | `file_id` of a file that the connection has saved with `context.files.save` or `saveAs`; the item is written without any other one, and the quarantine says so |',
    '| texts | an array of at most 10,000 strings; blank, `null` and repeated ones are dropped |',
    '| objects | an array of at most 10,000 objects with the fields of the table named; keys that it lacks are dropped |',
    '| boolean | `true` or `false` |',
    '| number | a finite number |',
    '',
    'Keys of `data` that the type does not have are kept in `attributes`, as they are.',
    '',
    ...Object.entries(entityMessages).flatMap(([type, message]) => [
      `## \`${type}\``,
      '',
      ...messageTable(message, comments),
      ...entriesOf(message).flatMap((entry) => [
        `### ${entry.name}`,
        '',
        ...messageTable(entry, comments),
      ]),
    ]),
  ].join('\n');
}

function messageTable(message: DescMessage, comments: Comments): string[] {
  return [
    comments.get(message.typeName) ?? '',
    '',
    '| field | kind | meaning |',
    '|---|---|---|',
    ...entityFields(message).map(({ name, kind }) => {
      const entry = message.fields.find((field) => field.name === name)?.message;
      const shown = entry === undefined ? kind : `objects, ${entry.name}`;
      return `| \`${name}\` | ${shown} | ${comments.get(`${message.typeName}.${name}`) ?? ''} |`;
    }),
    '',
  ];
}

function entriesOf(message: DescMessage): DescMessage[] {
  return message.fields.flatMap((field) =>
    field.fieldKind === 'list' && field.message !== undefined ? [field.message] : [],
  );
}
