import { entitySchemas } from '@made-open/contracts';
import { Controller, Get, Header, Param } from '@nestjs/common';
import { RequireScope } from '../api-keys/client.guard.ts';
import { SchemaNotFoundError } from '../errors.ts';

/** The fields of each type of entity, as JSON Schema. */
@Controller('v1/schemas')
export class SchemasController {
  readonly #schemas = new Map(Object.entries(entitySchemas));

  @Get(':type')
  @RequireScope('data:read')
  @Header('Content-Type', 'application/schema+json')
  schema(@Param('type') type: string): object {
    const schema = this.#schemas.get(type);
    if (schema === undefined) throw new SchemaNotFoundError([...this.#schemas.keys()]);
    return schema;
  }
}
