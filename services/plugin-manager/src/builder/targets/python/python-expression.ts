import type {
  CallVariable,
  CodeFilter,
  Expression,
  FieldPlan,
  FilterPlan,
  TreePlan,
  UrlPiece,
} from '../../code/plan.ts';
import { pythonText, pythonValue } from '../../text/literals.ts';

const variables: Readonly<Record<CallVariable, string>> = {
  to: 'to_number',
  from: 'options.get("from")',
  jobId: 'job_id',
  attemptId: 'options.get("idempotency_key")',
  callbackUrl: 'options.get("webhook_url")',
  fileUrl: 'options["file"].get("url")',
  fileName: 'options["file"].get("name")',
  fileType: 'options["file"].get("mime_type")',
  fileSize: 'options["file"].get("size_bytes")',
};

const filters: Readonly<Record<CodeFilter, (value: string, args: FilterPlan['args']) => string>> = {
  default: (value, [instead]) => `or_else(${value}, ${pythonValue(instead ?? null)})`,
  digits: (value) => `digits(${value})`,
  int: (value) => `to_integer(${value})`,
  number: (value) => `to_number(${value})`,
  boolean: (value) => `to_boolean(${value})`,
  string: (value) => `text_of(${value})`,
  lower: (value) => `text_of(${value}).lower()`,
  upper: (value) => `text_of(${value}).upper()`,
  trim: (value) => `text_of(${value}).strip()`,
  urlencode: (value) => `encoded(${value})`,
  base64: (value) => `base64_of(text_of(${value}))`,
};

/** An expression whose value may be missing. */
export function pythonExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'constant':
      return pythonValue(expression.value);
    case 'fileBase64':
      return 'mark';
    case 'text':
      return expression.parts
        .map((part) =>
          part.kind === 'constant' ? pythonExpression(part) : `text_of(${pythonExpression(part)})`,
        )
        .join(' + ');
    case 'variable':
      return filtered(expression);
  }
}

function filtered({ variable, filters: calls }: Expression & { kind: 'variable' }): string {
  const value =
    variable.from === 'call'
      ? variables[variable.name]
      : `self.context.config.get(${pythonText(variable.name)})`;
  return calls.reduce((inner, { name, args }) => filters[name](inner, args), value);
}

/** JSON with values in it; none of them may be missing. */
export function pythonTree(tree: TreePlan): string {
  if (tree.kind === 'list') return `[${tree.items.map(pythonTree).join(', ')}]`;
  if (tree.kind === 'object')
    return `{${tree.members.map(([name, member]) => `${pythonText(name)}: ${pythonTree(member)}`).join(', ')}}`;
  const { value } = tree;
  return value.kind === 'variable' ? `needed(${pythonExpression(value)})` : pythonExpression(value);
}

/** Arguments of `fields`. */
export function pythonField({ name, value, isOptional }: FieldPlan): string {
  return `(${pythonText(name)}, ${pythonExpression(value)}${isOptional ? ', "optional"' : ''})`;
}

export function pythonUrl(pieces: readonly UrlPiece[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return pythonText(piece);
      return 'segment' in piece
        ? `segment(${pythonExpression(piece.segment)})`
        : `host(${pythonExpression(piece.host)})`;
    })
    .join(' + ');
}
