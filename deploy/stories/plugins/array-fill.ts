export const plugin = {
  id: 'array-fill',
  async *sync() {
    const numbers: number[] = [];
    numbers.length = 1e8;
    for (let at = 1e8; at-- > 0;) numbers[at] = at;
    yield numbers;
  },
};
