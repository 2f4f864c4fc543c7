const places: readonly (readonly [RegExp, string])[] = [
  [
    /^\/(id|name|version|description|author|license|homepage|learn_more|categories|kind|traits)(?=\/|$)/u,
    '/basics/$1',
  ],
  [
    /^\/(servers|allowed_domains|auth|credentials|timeout_ms|limits|rate_limit|retry)(?=\/|$)/u,
    '/connection/$1',
  ],
  [/^\/config_schema\/properties(?=\/|$)/u, '/settings'],
];

/** Where the input of the wizard says what is at a place of the manifest. */
export function inputPointer(pointer: string): string {
  const found = places.find(([form]) => form.test(pointer));
  return found === undefined ? pointer : pointer.replace(found[0], found[1]);
}
