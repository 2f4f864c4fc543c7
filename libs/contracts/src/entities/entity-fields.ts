import { getOption, ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { field_kind, FieldKind } from '../gen/madeopen/options/v1/field_kind_pb.ts';

/** `text` is trimmed, `prose` keeps its white space, `time` is a point in time, `file` names a stored file, `texts` and `objects` are lists. */
export type EntityFieldKind =
  'text' | 'prose' | 'time' | 'file' | 'texts' | 'boolean' | 'number' | 'objects';

/** A field of a unified entity. */
export interface EntityField {
  readonly name: string;
  readonly kind: EntityFieldKind;
  /** Of an entry, with `objects`. */
  readonly fields: readonly EntityField[];
}

/** The fields of an entity's message, without `attributes`. */
export function entityFields(schema: DescMessage): readonly EntityField[] {
  return schema.fields
    .filter(({ name }) => name !== 'attributes')
    .map((field) => ({
      name: field.name,
      kind: kindOf(field),
      fields: field.message === undefined ? [] : entityFields(field.message),
    }));
}

function kindOf(field: DescField): EntityFieldKind {
  if (field.fieldKind === 'list') return field.listKind === 'message' ? 'objects' : 'texts';
  if (field.scalar === ScalarType.BOOL) return 'boolean';
  if (field.scalar === ScalarType.DOUBLE) return 'number';
  if (field.scalar !== ScalarType.STRING)
    throw new TypeError(`${field.toString()} is of a type that no entity has`);
  const kind = getOption(field, field_kind);
  if (kind === FieldKind.TIME) return 'time';
  if (kind === FieldKind.FILE) return 'file';
  return kind === FieldKind.PROSE ? 'prose' : 'text';
}
