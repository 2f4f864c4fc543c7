import { Public } from '@made-open/nest';
import { Controller, Get, Header } from '@nestjs/common';
import { docsPage, docsPolicy } from './docs-page.ts';
import { openApiDocument } from './open-api.ts';
import type { OpenApiDocument } from './open-api-types.ts';

/** What the API can do: for programs and for people. Open to everybody. */
@Public()
@Controller()
export class DescriptionController {
  readonly #document = openApiDocument();
  readonly #page = docsPage(this.#document);

  @Get('openapi.json')
  document(): OpenApiDocument {
    return this.#document;
  }

  @Get(['/', 'docs'])
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', docsPolicy)
  page(): string {
    return this.#page;
  }
}
