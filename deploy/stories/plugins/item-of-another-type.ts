export const plugin = {
  id: 'item-of-another-type',
  async *sync() {
    yield { type: 'message', externalId: 'm', data: { body: 'not asked for' }, raw: null };
  },
};
