import { Test } from '@nestjs/testing';
import { RulesModule } from './rules.module.ts';
import { rules } from './service.ts';

describe('RulesModule', () => {
  it('can be put together', async () => {
    const module = await Test.createTestingModule({ imports: [rules.module()] }).compile();
    expect(module.get(RulesModule)).toBeInstanceOf(RulesModule);
  });
});
