import { CodePlanError } from './plan-error.ts';
import type { Path } from './plan.ts';

const step = /^(?:\.?([\w$-]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\])/u;

/** `data.list[0].id`, `$.data['a-b']`: names and places that lead to one value. */
export function pathOf(text: string, pointer: string): Path {
  const path: (string | number)[] = [];
  let rest = text.replace(/^\$\.?/u, '');
  while (rest !== '') {
    const found = step.exec(rest);
    if (found === null)
      throw new CodePlanError(
        pointer,
        `code follows paths like data.list[0].id to one value, not ${JSON.stringify(text)}: choose the target http`,
      );
    const [taken, name, place, single, double] = found;
    path.push(
      place === undefined
        ? (name ?? (single ?? double ?? '').replaceAll(/\\(.)/gu, '$1'))
        : Number(place),
    );
    rest = rest.slice(taken.length);
  }
  return path;
}
