import { GraphCaller } from '../../../test/graph-caller.ts';

describe('files', () => {
  let graph: GraphCaller;

  beforeEach(async () => {
    graph = await GraphCaller.start();
  });
  afterEach(() => graph.stop());

  it('tells changes of files with the deleted facet, and leaves paths out of delta', async () => {
    const { rows, delta } = await graph.round('/me/drive/root/delta');
    const file = rows.find((row) => row['file'] !== undefined);
    expect(file?.['parentReference']).not.toHaveProperty('path');
    expect((await graph.send('DELETE', `/me/drive/items/${file?.id ?? ''}`)).status).toBe(204);
    expect((await graph.round(delta)).rows).toEqual([
      expect.objectContaining({ id: file?.id, deleted: { state: 'deleted' } }),
    ]);
    const latest = await graph.round('/me/drive/root/delta?token=latest');
    expect(latest.rows).toEqual([]);
  });
});
