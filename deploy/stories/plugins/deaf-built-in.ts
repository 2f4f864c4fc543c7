export const plugin = {
  id: 'deaf-built-in',
  async *sync() {
    // Neither a time limit nor the end of the isolate reaches V8 in here.
    yield [].indexOf.call({ length: Number.MAX_SAFE_INTEGER } as never, 1 as never);
  },
};
