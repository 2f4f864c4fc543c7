import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allEntityModels } from '../src/entities/entity-model.ts';

const page = fileURLToPath(new URL('../../../libs/plugin-sdk/docs/reference.md', import.meta.url));

const cells = (row: string): string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''));

describe('the reference for authors', () => {
  const [head = '', , ...rows] = (
    /^\| field +\| `person`.*\n(?:\|.*\n)+/mu.exec(readFileSync(page, 'utf8'))?.[0] ?? ''
  )
    .trim()
    .split('\n');

  it.each(allEntityModels.map((model) => [model.type, model] as const))(
    'names the fields of %s and their kinds',
    (type, model) => {
      const column = cells(head).indexOf(type);
      const told = rows
        .map((row) => [cells(row)[0], cells(row)[column]])
        .filter(([, kind]) => kind !== '');
      expect(Object.fromEntries(told)).toEqual(
        Object.fromEntries(model.fields.map(({ name, kind }) => [name, kind])),
      );
    },
  );
});
