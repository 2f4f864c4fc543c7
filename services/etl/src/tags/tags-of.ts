/** An SQL expression for the tags of an entity, in alphabetical order; `id` is an expression for its id. */
export function tagsOf(id: string): string {
  return `array(select g.tag from entity_tag g where g.entity_id = ${id} order by g.tag)`;
}
