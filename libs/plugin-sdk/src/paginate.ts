/** Yields the items of every page, following the cursor until a page has none. */
export async function* paginate<T>(
  fetchPage: (cursor?: string) => Promise<{ items: T[]; nextCursor?: string | undefined }>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  for (;;) {
    const page: { items: T[]; nextCursor?: string | null | undefined } = await fetchPage(cursor);
    yield* page.items;
    const next = page.nextCursor;
    // Sources say "no more" by leaving it out, by null or by an empty text.
    if (next === undefined || next === null || next === '') return;
    if (next === cursor)
      throw new Error(`the page at cursor ${JSON.stringify(cursor)} names itself as the next one`);
    cursor = next;
  }
}
