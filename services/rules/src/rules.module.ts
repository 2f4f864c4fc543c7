import { Module, type DynamicModule } from '@nestjs/common';

@Module({})
export class RulesModule {
  static register(): DynamicModule {
    return { module: RulesModule };
  }
}
