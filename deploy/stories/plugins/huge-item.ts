export const plugin = {
  id: 'huge-item',
  async *sync() {
    const display_name = 'x'.repeat(50 * 1024 * 1024);
    yield { type: 'person', externalId: 'huge', data: { display_name }, raw: null };
  },
};
