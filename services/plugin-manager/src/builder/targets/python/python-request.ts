import type {
  AuthField,
  AuthPlan,
  BodyPlan,
  CallPlan,
  FieldPlan,
  PartPlan,
} from '../../code/plan.ts';
import { pythonText } from '../../text/literals.ts';
import { pythonExpression, pythonField, pythonTree, pythonUrl } from './python-expression.ts';

/** Arguments of `context.http.request`. */
export function pythonRequest(call: CallPlan, auth: AuthPlan): string {
  const { method, url, query, headers, body } = call;
  const pairs = [...query.map(pythonField), ...auth.query.map(authQuery)];
  const address =
    pairs.length === 0
      ? pythonUrl(url)
      : `with_query(${pythonUrl(url)}, fields(${pairs.join(', ')}))`;
  const all = [
    ...(headers.some(isContentType) ? [] : contentType(body)),
    ...headers.map(({ name, value }) => `${pythonText(name)}: text_of(${pythonExpression(value)})`),
    ...auth.headers.map((field) => `${pythonText(field.name)}: ${credential(field)}`),
  ];
  const lines = [
    address,
    pythonText(method),
    ...(all.length === 0 ? [] : [`headers={${all.join(', ')}}`]),
    ...bodyOf(body),
  ];
  return lines.map((line) => `            ${line},\n`).join('');
}

function isContentType({ name }: FieldPlan): boolean {
  return name.toLowerCase() === 'content-type';
}

function contentType(body: BodyPlan): string[] {
  if (body.kind === 'binary') return [`"Content-Type": ${pythonText(body.contentType)}`];
  return body.kind === 'json' ? ['"Content-Type": "application/json"'] : [];
}

function bodyOf(body: BodyPlan): string[] {
  switch (body.kind) {
    case 'none':
      return [];
    case 'json':
      return body.hasFile
        ? [`body_pieces=with_file(${pythonTree(body.json)}, mark, file_path)`]
        : [`body=json.dumps(${pythonTree(body.json)}, ensure_ascii=False)`];
    case 'form':
      return [`body=Form(fields(${body.fields.map(pythonField).join(', ')}))`];
    case 'multipart':
      return [
        `multipart=parts(\n${body.parts.map((part) => `                ${partOf(part)},\n`).join('')}            )`,
      ];
    case 'binary':
      return ['body_file=file_path'];
  }
}

function partOf(part: PartPlan): string {
  if (part.kind === 'json')
    return `{"name": ${pythonText(part.name)}, "value": json.dumps(${pythonTree(part.json)}, ensure_ascii=False), "content_type": ${pythonText(part.contentType)}}`;
  if (part.kind === 'value') {
    const { name, value, isOptional, isRepeated } = part.field;
    return isRepeated
      ? `*({"name": name, "value": value} for name, value in fields(${pythonField(part.field)}))`
      : `part(${pythonText(name)}, ${pythonExpression(value)}${isOptional ? ', is_optional=True' : ''})`;
  }
  const { name, filename, contentType: type } = part;
  const members = [
    `"name": ${pythonText(name)}`,
    '"file": file_path',
    ...(filename === undefined ? [] : [`"filename": text_of(${pythonExpression(filename)})`]),
    ...(type === undefined ? [] : [`"content_type": ${pythonText(type)}`]),
  ];
  return `{${members.join(', ')}}`;
}

function authQuery(field: AuthField): string {
  return `(${pythonText(field.name)}, ${credential(field)})`;
}

function credential({ prefix, credentials }: AuthField): string {
  const values = credentials.map((name) =>
    name === '' ? '""' : `require_config(self.context, ${pythonText(name)})`,
  );
  const value = values.length === 1 ? (values[0] ?? '') : `base64_of(${values.join(' + ":" + ')})`;
  return prefix === '' ? value : `${pythonText(prefix)} + ${value}`;
}
