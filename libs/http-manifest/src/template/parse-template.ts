import { Scanner } from './scanner.ts';
import {
  filterNames,
  type FilterArgument,
  type FilterCall,
  type FilterName,
  type Placeholder,
  type Template,
} from './template.ts';

const arity: Readonly<Record<FilterName, readonly [number, number]>> = {
  default: [1, 1],
  base64: [0, 0],
  base64url: [0, 0],
  urlencode: [0, 0],
  digits: [0, 0],
  e164: [0, 1],
  int: [0, 0],
  number: [0, 0],
  boolean: [0, 0],
  string: [0, 0],
  lower: [0, 0],
  upper: [0, 0],
  trim: [0, 0],
  join: [0, 1],
  sha256_hex: [0, 0],
  iso8601: [0, 0],
  unix_seconds: [0, 0],
  json: [0, 0],
};

/** Throws TemplateError. Every `{{` begins a placeholder; a text without one is itself. */
export function parseTemplate(text: string): Template {
  const pieces: (string | Placeholder)[] = [];
  const scanner = new Scanner(text);
  while (!scanner.isAtEnd) {
    const literal = scanner.until('{{');
    if (literal !== '') pieces.push(literal);
    if (!scanner.isAtEnd) pieces.push(placeholder(scanner));
  }
  return { text, pieces };
}

function placeholder(scanner: Scanner): Placeholder {
  const place = scanner.place;
  scanner.take('{{');
  scanner.skipSpace();
  const path = pathOf(scanner);
  const filters: FilterCall[] = [];
  for (scanner.skipSpace(); scanner.tryTake('|'); scanner.skipSpace())
    filters.push(filterCall(scanner));
  if (!scanner.tryTake('}}')) {
    scanner.fail(
      scanner.isAtEnd
        ? 'the placeholder is not closed: write }} behind it'
        : 'a placeholder is a path like settings.from, with filters behind | where wanted; there are no other expressions',
    );
  }
  return { path, filters, place };
}

function pathOf(scanner: Scanner): readonly string[] {
  const path = [scanner.name('the name of a value')];
  for (;;) {
    if (scanner.tryTake('.')) path.push(scanner.nameOrNumber());
    else if (scanner.tryTake('[')) {
      path.push(scanner.digits());
      scanner.take(']');
    } else return path;
  }
}

function filterCall(scanner: Scanner): FilterCall {
  scanner.skipSpace();
  const place = scanner.place;
  const given = scanner.name('the name of a filter');
  const name = filterNames.find((known) => known === given);
  if (name === undefined)
    scanner.failAt(
      place,
      `there is no filter "${given}"; the filters are ${filterNames.join(', ')}`,
    );
  const args = argumentsOf(scanner);
  const [least, most] = arity[name];
  if (args.length < least || args.length > most)
    scanner.failAt(
      place,
      `the filter ${name} takes ${least === most ? String(least) : `${String(least)} to ${String(most)}`} argument${most === 1 ? '' : 's'}`,
    );
  return { name, args };
}

function argumentsOf(scanner: Scanner): readonly FilterArgument[] {
  const args: FilterArgument[] = [];
  if (!scanner.tryTake('(')) return args;
  scanner.skipSpace();
  if (scanner.tryTake(')')) return args;
  for (;;) {
    scanner.skipSpace();
    args.push(scanner.argument());
    scanner.skipSpace();
    if (scanner.tryTake(')')) return args;
    scanner.take(',');
  }
}
