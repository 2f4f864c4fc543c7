import { parseTemplate } from './parse-template.ts';
import { render, type RenderOptions, type Scope } from './render-template.ts';
import { variablesOf, type Variable } from './template.ts';

/** A JSON value in which each text is a template; names stay as they are. */
export function renderTree(tree: unknown, scope: Scope, options: RenderOptions = {}): unknown {
  if (typeof tree === 'string') return render(parseTemplate(tree), scope, options);
  if (Array.isArray(tree)) return tree.map((each) => renderTree(each, scope, options));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [name, renderTree(value, scope, options)]),
  );
}

/** Of all texts in it. */
export function variablesOfTree(tree: unknown): readonly Variable[] {
  if (typeof tree === 'string') return variablesOf(parseTemplate(tree));
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.values(tree).flatMap(variablesOfTree);
}
