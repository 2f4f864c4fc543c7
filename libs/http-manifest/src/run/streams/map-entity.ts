import type { EntityMap } from '../../http-manifest.ts';
import { holds } from '../../response/conditions.ts';
import { isScalar } from '../../response/extract.ts';
import { firstAt, parsePath, valuesAt } from '../../response/json-path.ts';
import { renderOptional } from '../../template/render-template.ts';
import { TemplateError } from '../../template/template-error.ts';

/** An item of the SDK. */
export interface Item {
  readonly type: EntityMap['type'];
  readonly externalId: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly raw: unknown;
  readonly deleted?: true;
}

/** Fields of the unified model that are lists: what a source has only one of is a list of one. */
const lists = new Set([
  'emails',
  'phones',
  'verified_emails',
  'urls',
  'addresses',
  'organizations',
  'recipients',
  'labels',
  'participants',
  'attachments',
  'attendees',
  'attendee_details',
  'authors',
]);

/** What a record is. One without an id keeps an empty one: the platform puts it aside and says so. */
export function mapEntity(map: EntityMap, record: unknown, raw: unknown): Item {
  const id = firstAt(map.external_id, record);
  const isGone = map.deleted_when !== undefined && holds(map.deleted_when, record);
  return {
    type: map.type,
    externalId: isScalar(id) ? String(id) : '',
    data: fieldsOf(map.data, record),
    raw,
    ...(isGone ? { deleted: true } : {}),
  };
}

function fieldsOf(
  data: Readonly<Record<string, unknown>>,
  record: unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, source]) => {
      const value = valueOf(source, record);
      if (value === undefined || value === null) return [];
      return [[name, lists.has(name) && !Array.isArray(value) ? [value] : value]];
    }),
  );
}

/** A text is a path of the record, or a template with `record`; lists and objects hold such. */
function valueOf(source: unknown, record: unknown): unknown {
  if (typeof source === 'string') return textValue(source, record);
  if (Array.isArray(source))
    return source
      .map((each) => valueOf(each, record))
      .filter((value) => value !== undefined && value !== null);
  if (typeof source !== 'object' || source === null) return source;
  const fields = fieldsOf(Object.fromEntries(Object.entries(source)), record);
  return Object.keys(fields).length === 0 ? undefined : fields;
}

function textValue(text: string, record: unknown): unknown {
  if (text.includes('{{')) return templateValue(text, record);
  const path = parsePath(text);
  const values = valuesAt(path, record);
  return path.some((step) => typeof step === 'symbol') ? values : values[0];
}

/** One record that a filter does not take is no reason to have none of the others. */
function templateValue(text: string, record: unknown): unknown {
  try {
    return renderOptional(text, { record });
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}
