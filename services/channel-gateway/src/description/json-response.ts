/** An answer of one of the schemas. */
export function json(meaning: string, schema: string, example: unknown): object {
  return {
    description: meaning,
    content: {
      'application/json': { schema: { $ref: `#/components/schemas/${schema}` }, example },
    },
  };
}
