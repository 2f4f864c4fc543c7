import type { Body, Field, Part } from '@made-open/http-manifest';
import { CodePlanError } from './plan-error.ts';
import { constant, expressionOf, type CallKind } from './plan-expression.ts';
import type { BodyPlan, FieldPlan, PartPlan, TreePlan } from './plan.ts';

/** What a request carries. */
export function bodyOf(body: Body = { kind: 'none' }, call: CallKind, pointer: string): BodyPlan {
  if ('template' in body && body.template !== undefined)
    throw new CodePlanError(
      `${pointer}/template`,
      'code is written for bodies as json, fields or parts: choose the target http for a template',
    );
  switch (body.kind) {
    case 'none':
      return { kind: 'none' };
    case 'json':
      return jsonOf(body.json, call, `${pointer}/json`);
    case 'form':
      return {
        kind: 'form',
        fields: fieldsOf(body.fields, call, `${pointer}/fields`),
      };
    case 'multipart':
      return {
        kind: 'multipart',
        parts: (body.parts ?? []).map((part, index) =>
          partOf(part, call, `${pointer}/parts/${String(index)}`),
        ),
      };
    case 'binary':
      return fileBody(body.content_type, call, pointer);
    default:
      throw new CodePlanError(
        `${pointer}/kind`,
        `code is not written for ${body.kind}: choose the target http`,
      );
  }
}

function fileBody(contentType = 'application/pdf', call: CallKind, pointer: string): BodyPlan {
  if (call !== 'send') throw new CodePlanError(`${pointer}/kind`, 'there is no file to send here');
  return { kind: 'binary', contentType };
}

function jsonOf(json: unknown, call: CallKind, pointer: string): BodyPlan {
  const tree = treeOf(json ?? {}, call, pointer);
  return { kind: 'json', json: tree, hasFile: holdsFile(tree) };
}

function treeOf(value: unknown, call: CallKind, pointer: string): TreePlan {
  if (typeof value === 'string')
    return { kind: 'value', value: expressionOf(value, call, pointer) };
  if (Array.isArray(value))
    return {
      kind: 'list',
      items: value.map((each, index) => treeOf(each, call, `${pointer}/${String(index)}`)),
    };
  if (typeof value !== 'object' || value === null) return { kind: 'value', value: constant(value) };
  return {
    kind: 'object',
    members: Object.entries(value).map(([name, member]) => [
      name,
      treeOf(member, call, `${pointer}/${name}`),
    ]),
  };
}

function holdsFile(tree: TreePlan): boolean {
  if (tree.kind === 'value') return tree.value.kind === 'fileBase64';
  return tree.kind === 'list'
    ? tree.items.some(holdsFile)
    : tree.members.some(([, member]) => holdsFile(member));
}

export function fieldsOf(
  fields: readonly Field[] = [],
  call: CallKind,
  pointer: string,
): readonly FieldPlan[] {
  return fields.map((field, index) => fieldOf(field, call, `${pointer}/${String(index)}/value`));
}

function fieldOf(
  { name, value, repeat = false, omit_empty = false }: Field,
  call: CallKind,
  pointer: string,
): FieldPlan {
  const expression = expressionOf(value, call, pointer);
  if (expression.kind === 'fileBase64')
    throw new CodePlanError(pointer, 'code puts files in base64 into JSON alone');
  return { name, value: expression, isOptional: omit_empty, isRepeated: repeat };
}

function partOf(part: Part, call: CallKind, pointer: string): PartPlan {
  const { name, value, file, filename, content_type } = part;
  if (file !== undefined) {
    if (call !== 'send')
      throw new CodePlanError(`${pointer}/file`, 'there is no file to send here');
    return {
      kind: 'file',
      name,
      ...(filename === undefined
        ? {}
        : { filename: expressionOf(filename, call, `${pointer}/filename`) }),
      ...(content_type === undefined ? {} : { contentType: content_type }),
    };
  }
  if (typeof value === 'object' && value !== null)
    return {
      kind: 'json',
      name,
      json: treeOf(value, call, `${pointer}/value`),
      contentType: content_type ?? 'application/json',
    };
  return {
    kind: 'value',
    field: fieldOf({ ...part, value: scalar(value) }, call, `${pointer}/value`),
  };
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
