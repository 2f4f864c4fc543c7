import { plugin } from './attack.ts';

const pageSize = 100;
/** Syncs pages of a source, as the `mode` of its config says. */
export const bundle = plugin(`
  const { mode, apiKey } = context.config;
  const get = (path) => context.http.get('http://source.example/' + path);
  const item = (id) => ({ type: 'person', externalId: id, data: { display_name: id }, raw: { text: 'x'.repeat(900) } });
  switch (mode) {
    case 'pages':
      for (let page = (await context.checkpoint.get()) ?? 0; ; page++) {
        const ids = await get('page/' + page);
        if (ids.length === 0) return;
        for (const id of ids) yield item(id);
        context.logger.info('page ' + page, { apiKey });
        await context.checkpoint.save(page + 1);
      }
    case 'reset':
      return void (await context.checkpoint.get(), await context.checkpoint.reset(), await context.checkpoint.save('again'));
    case 'unsaved':
      for (let page = 0; ; page++) {
        const ids = await get('page/' + page);
        if (ids.length === 0) return;
        for (const id of ids) yield item(id);
      }
    case 'entities': {
      let page;
      do {
        page = await context.data.query('persons', { cursor: page?.nextCursor });
        for (const { id } of page) yield item(id);
      } while (page.nextCursor !== undefined);
      return;
    }
    case 'busy':
      yield item('before');
      await get('busy');
    case 'denied':
      await context.http.get('http://undeclared.example/');
    case 'loop':
      for (;;);
    case 'leaves':
      for (let call = 0; call < 72; call++) void context.http.post('http://source.example/held', { call }).catch(() => {});
      await get('last');
      return;
    case 'tells':
      throw new Error('the source refused ' + apiKey + ' and ' + btoa('user:' + apiKey) + ' and ' + encodeURIComponent(apiKey));
  }
`);

export const idsOfPage = (page: number): string[] =>
  Array.from({ length: pageSize }, (_, index) => `p${String(page * pageSize + index)}`);
export const idsOfPages = (count: number): string[] =>
  Array.from({ length: count }, (_, page) => idsOfPage(page)).flat();

/** Places of frames are gapless within each command and attempt. */
export function expectInOrder(places: readonly string[]): void {
  for (const [index, place] of places.entries()) {
    const [epoch, attempt, frame] = place.split('/');
    if (frame === '0') continue;
    expect(places[index - 1]).toBe([epoch, attempt, Number(frame) - 1].join('/'));
  }
}
