/**
 * The transpiler's module as an expression for an isolate, which knows no modules: a function that is given what the isolate
 * lacks or takes away, and gives `instantiate`.
 */
export function scriptOfGlue(module: string): string {
  const body = module
    .replaceAll(/\bexport\s*\{[^}]*\};?/gu, '')
    .replaceAll(/\bexport (?=(?:async )?function\b|const\b|let\b|class\b)/gu, '')
    .replaceAll('globalThis.WebAssembly', 'WebAssembly');
  if (/^\s*(?:import|export)\b/mu.test(body) || /;(?:import|export)[ {]/u.test(body))
    throw new Error(
      'the glue of the Python component is not what it was: it still has an import or export',
    );
  if (!body.includes('function instantiate('))
    throw new Error('the glue of the Python component has no instantiate');
  const parameters = 'WebAssembly, TextEncoder, TextDecoder';
  return `(function (${parameters}) { 'use strict';\n${body}\nreturn instantiate; })`;
}
