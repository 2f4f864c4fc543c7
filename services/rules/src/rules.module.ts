import { Module } from '@nestjs/common';

/** Owns the schema of rules; it takes no messages and has no routes of its own. */
@Module({})
export class RulesModule {}
