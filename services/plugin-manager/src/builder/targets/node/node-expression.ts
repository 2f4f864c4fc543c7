import type {
  CallVariable,
  CodeFilter,
  Expression,
  FieldPlan,
  FilterPlan,
  TreePlan,
  UrlPiece,
} from '../../code/plan.ts';
import { scriptText, scriptValue } from '../../text/literals.ts';

const variables: Readonly<Record<CallVariable, string>> = {
  to: 'to',
  from: 'options.from',
  jobId: 'jobId',
  attemptId: 'options.idempotencyKey',
  callbackUrl: 'options.webhookUrl',
  fileUrl: 'options.file.url',
  fileName: 'options.file.name',
  fileType: 'options.file.mime_type',
  fileSize: 'options.file.size_bytes',
};

const filters: Readonly<Record<CodeFilter, (value: string, args: FilterPlan['args']) => string>> = {
  default: (value, [instead]) => `orElse(${value}, ${scriptValue(instead ?? null)})`,
  digits: (value) => `digits(${value})`,
  int: (value) => `toInteger(${value})`,
  number: (value) => `toNumber(${value})`,
  boolean: (value) => `toBoolean(${value})`,
  string: (value) => `textOf(${value})`,
  lower: (value) => `textOf(${value}).toLowerCase()`,
  upper: (value) => `textOf(${value}).toUpperCase()`,
  trim: (value) => `textOf(${value}).trim()`,
  urlencode: (value) => `encoded(${value})`,
  base64: (value) => `base64Of(textOf(${value}))`,
};

/** An expression whose value may be missing. */
export function nodeExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'constant':
      return scriptValue(expression.value);
    case 'fileBase64':
      return 'mark';
    case 'text':
      return expression.parts
        .map((part) =>
          part.kind === 'constant' ? nodeExpression(part) : `textOf(${nodeExpression(part)})`,
        )
        .join(' + ');
    case 'variable':
      return filtered(expression);
  }
}

function filtered({ variable, filters: calls }: Expression & { kind: 'variable' }): string {
  const value = variable.from === 'call' ? variables[variable.name] : configField(variable.name);
  return calls.reduce((inner, { name, args }) => filters[name](inner, args), value);
}

function configField(name: string): string {
  return `this.context.config[${scriptText(name)}]`;
}

/** JSON with values in it; none of them may be missing. */
export function nodeTree(tree: TreePlan): string {
  if (tree.kind === 'list') return `[${tree.items.map(nodeTree).join(', ')}]`;
  if (tree.kind === 'object') {
    const members = tree.members.map(
      ([name, member]) => `[${scriptText(name)}]: ${nodeTree(member)}`,
    );
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  const { value } = tree;
  return value.kind === 'variable' ? `needed(${nodeExpression(value)})` : nodeExpression(value);
}

/** Arguments of `fields`. */
export function nodeField({ name, value, isOptional }: FieldPlan): string {
  const last = isOptional ? ", 'optional'" : '';
  return `[${scriptText(name)}, ${nodeExpression(value)}${last}]`;
}

export function nodeUrl(pieces: readonly UrlPiece[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return scriptText(piece);
      return 'segment' in piece
        ? `segment(${nodeExpression(piece.segment)})`
        : `host(${nodeExpression(piece.host)})`;
    })
    .join(' + ');
}
