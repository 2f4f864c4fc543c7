import { create } from '@bufbuild/protobuf';
import { InvocationResultSchema } from '@made-open/contracts';
import { readAnswer } from './read-answer.ts';

const read = (result: object) => readAnswer(create(InvocationResultSchema, result));

describe('readAnswer', () => {
  it.each(['true', 'false'])('takes %s', (resultJson) => {
    expect(read({ resultJson })).toEqual({ answer: resultJson === 'true' });
  });

  it.each(['', 'null', '1', '"true"', '{}'])('takes nothing else: %s', (resultJson) => {
    expect(read({ resultJson })).toMatchObject({
      code: 'rules.operator_result',
      isPermanent: true,
    });
  });

  it('makes an error fit to be kept', () => {
    const message = `a\0b\ud800${'x'.repeat(1000)}`;
    const { error } = { error: { code: 'plugin.error\0', message } };
    expect(read({ error })).toMatchObject({
      code: 'plugin.error ',
      message: expect.stringMatching(/^a b\ufffdx{496}$/u),
      isPermanent: false,
    });
  });
});
